package notify

import (
	"strings"
	"testing"

	"ascolto/internal/civic"
	"ascolto/notify/transport"
)

// Nobody reads the codes and links of others among the mail that is kept: not even the administrator. A
// made-up town shows codes.
func TestKeptSecretsAreWithheld(t *testing.T) {
	t.Parallel()
	for id, want := range map[civic.ID]string{
		SecretCode.NewID(): "code", SecretLink.NewID(): "link", "OLDRANDOMTEXT": "link",
		"secret/other/x": "link",
		"campaign/anna":  "", "notice/1": "",
	} {
		for _, madeUp := range []bool{false, true} {
			files, err := transport.OpenFiles(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			o := openOffice(t, 0, func(o *Options) { o.Transport, o.MadeUp = files, madeUp })
			m := Message{ID: id, To: "anna@posta.example", Language: "it", Subject: "Codice: 48291357",
				Text: "Il codice è 48291357.", Class: ClassService}
			if err := o.Enqueue(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			o.serve()
			line := awaitKept(t, o)
			read, err := o.ReadKept(t.Context(), o.admin, line.ID)
			if err != nil {
				t.Fatal(err)
			}
			hidden := want == "link" || want == "code" && !madeUp
			all := line.Subject + line.Text + line.HTML + read.Subject + read.Text + read.HTML +
				strings.Join(append(read.Header, line.Header...), "")
			if hidden && (read.To+line.To != strings.Repeat("a•••@posta.example", 2) || line.Subject != "" ||
				string(line.Withheld) != want) {
				t.Errorf("%s: the list tells %q to %q (%s)", id, line.Subject, line.To, line.Withheld)
			}
			if read.Withheld != "" != hidden || strings.Contains(all, "48291357") == hidden || read.To == "" {
				t.Errorf("%s, made up %t: withheld %q, %q", id, madeUp, read.Withheld, all)
			}
		}
	}
}

func awaitKept(t *testing.T, o *office) KeptLine {
	t.Helper()
	for {
		page, err := o.KeptMail(t.Context(), o.admin, civic.PageRequest{Size: 5})
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Items) == 1 {
			return page.Items[0]
		}
		if t.Context().Err() != nil {
			t.Fatal("no mail was kept")
		}
	}
}
