package notify

import (
	"strings"
	"testing"

	"ascolto/internal/civic"
	"ascolto/notify/transport"
)

// Nobody reads the codes and links of others among the mail that is kept, nor whom the forum writes to: not
// even the administrator; nor what citizens asked the offices for and were answered, which the roles that
// read kept mail may not. A made-up town shows the codes and answers of who was made up, and of nobody else
// who signs in there.
func TestKeptSecretsAreWithheld(t *testing.T) {
	t.Parallel()
	for id, want := range map[civic.ID]string{
		SecretCode.NewID(): "code", SecretLink.NewID(): "link", "OLDRANDOMTEXT": "link",
		"secret/other/x": "link",
		"campaign/anna":  "", "notice/1": "", "forum/reminder/late/x": "",
		"forum/decision/x/14/0": "author", "forum/answer/x": "author", "forum/report/x": "author",
		"request/receipt/x": "follow", "request/x/y": "request",
		"request/x/step/s1/0/silence/0/2026-03-01": "request", "request/x/y/office": "request",
		"request/x/y/office/a1": "", "request/x/step/s1/0/share/50/a1": "",
	} {
		for to, madeUp := range map[string]string{"anna@posta.example": "", "anna@example.it": "example.it",
			"anna@casa.example.it": "example.it", "anna@gmail.com": "example.it",
			"anna@notexample.it": "example.it", "anna@example.it.com": "example.it"} {
			files, err := transport.OpenFiles(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			o := openOffice(t, 0, func(o *Options) { o.Transport, o.MadeUp = files, madeUp })
			m := Message{ID: id, To: to, Language: "it", Subject: "Codice: 48291357",
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
			invented := to == "anna@example.it" || to == "anna@casa.example.it"
			hidden := want == "link" || want == "author" ||
				(want == "code" || want == "follow" || want == "request") && !invented
			address := "a•••" + strings.TrimPrefix(to, "anna")
			if want == "author" {
				address = ""
			}
			all := line.Subject + line.Text + line.HTML + read.Subject + read.Text + read.HTML +
				strings.Join(append(read.Header, line.Header...), "")
			if hidden && (read.To+line.To != strings.Repeat(address, 2) || line.Subject != "" ||
				string(line.Withheld) != want) {
				t.Errorf("%s: the list tells %q to %q (%s)", id, line.Subject, line.To, line.Withheld)
			}
			if read.Withheld != "" != hidden || strings.Contains(all, "48291357") == hidden ||
				read.To == "" && want != "author" {
				t.Errorf("%s to %s: withheld %q, %q", id, to, read.Withheld, all)
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
