package personal

import (
	"ascolto/internal/civic"
	"ascolto/internal/reference"
	"ascolto/web/ui"
)

func named(name string) civic.Args { return civic.Args{"Name": name} }

func topicName(f ui.Frame, t reference.Topic) civic.Args {
	return civic.Args{"Topic": t.Name.In(string(f.L.Lang()))}
}
