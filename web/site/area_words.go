package site

import (
	"ascolto/crm"
	"ascolto/internal/civic"
	"ascolto/web/ui"
)

func named(name string) civic.Args { return civic.Args{"Name": name} }

func numbered(i int) civic.Args { return civic.Args{"Number": i + 1} }

func topicName(f ui.Frame, t crm.Topic) civic.Args {
	return civic.Args{"Topic": t.Name.In(string(f.L.Lang()))}
}
