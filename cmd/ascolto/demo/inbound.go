package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"ascolto/crm/requests/intake"
	"ascolto/internal/civic"
)

// received is a mail that came in, of which something became.
type received struct {
	hours int // before today began
	from  string
	head  []string
	text  string
}

// raw returns the mail as a mailbox has it.
func (m received) raw(b *builder, n int) (at time.Time, raw string) {
	at = b.today.Add(-time.Duration(m.hours) * time.Hour)
	lines := append([]string{"From: " + m.from, "To: Comune <richieste@example.it>",
		"Date: " + at.In(civic.Rome()).Format(time.RFC1123Z), fmt.Sprintf("Message-ID: <demo-%d@example.it>", n)},
		m.head...)
	return at, strings.ReplaceAll(strings.Join(lines, "\n")+"\n\n"+m.text, "\n", "\r\n")
}

// inbound has mails come in before the municipality said what they ask for, then some more: by the code that
// takes in what lies in a real mailbox.
func (b *builder) inbound(ctx context.Context) error {
	if b.size.Requests == 0 {
		return nil
	}
	const text = "Content-Type: text/plain; charset=utf-8"
	waiting := []received{
		{70, "Paola Ferri <paola.ferri@example.it>", []string{"Subject: Informazioni sul nido", text},
			"Buongiorno, quando aprono le iscrizioni al nido per settembre?\nGrazie, Paola Ferri"},
		{52, "Offerte Imperdibili <offerte@example.it>", []string{"Subject: Il vostro sito al primo posto", text},
			"Portiamo il vostro sito in cima ai risultati. Risponda per un preventivo."},
		{47, "Ufficio stampa <stampa@example.it>", []string{"Subject: A tutti i Comuni",
			"Cc: " + strings.Repeat("comune@example.it, ", 1200), text}, "Si veda l'allegato."},
	}
	mails, err := b.take(ctx, 0, waiting)
	if err != nil {
		return err
	}
	set, err := b.Intake.Settings(ctx)
	if err == nil && set.Procedure == "" {
		set.Procedure, set.Office = "disservizio", "urp"
		_, err = b.Intake.SaveSettings(ctx, b.by, set.Revision, set, []civic.ID{"urp"})
	}
	if err != nil {
		return err
	}
	if mails[1].Open() {
		if _, err := b.Intake.Discard(ctx, b.staff["urp"], mails[1].ID, "Pubblicità."); err != nil {
			return err
		}
	}
	filed, err := b.take(ctx, len(waiting), []received{
		{30, "Gino Bellei <gino.bellei@example.it>", []string{"Subject: Cestino pieno ai giardini", text},
			"Il cestino vicino alle altalene è pieno da una settimana e i rifiuti sono a terra."},
		{26, "Marta Zini <marta.zini@example.it>", []string{"Subject: =?utf-8?Q?Semaforo_in_via_Libert=C3=A0?=",
			"Content-Type: text/html; charset=utf-8"},
			"<p>Buongiorno,</p><p>il semaforo &egrave; spento da ieri.</p>"},
	})
	if err != nil {
		return err
	}
	r, err := b.Requests.Request(ctx, b.by, filed[0].Request)
	if err != nil {
		return err
	}
	answer := "References: <" + b.Requests.MailTag(r) + "@example.it>"
	_, err = b.take(ctx, len(waiting)+2, []received{
		{20, "Gino Bellei <gino.bellei@example.it>", []string{"Subject: Re: Ricevuta", answer, text},
			"Oggi il cestino è stato svuotato, ma quello accanto è rotto."},
		{19, "Gino Bellei <gino.bellei@example.it>", []string{"Subject: Fuori ufficio", answer, text,
			"Auto-Submitted: auto-replied"}, "Sono assente fino a lunedì."},
		{12, "Un vicino <vicino@example.it>", []string{"Subject: Richiesta n. " + r.Number, text},
			"Anch'io ho visto il cestino pieno: quando passate?"},
	})
	return err
}

// take has mails come in, and returns what became of them.
func (b *builder) take(ctx context.Context, from int, all []received) ([]intake.Mail, error) {
	var mails []intake.Mail
	for n, m := range all {
		at, raw := m.raw(b, from+n)
		var taken intake.Mail
		err := b.Clock.at(at.Add(time.Minute), func() (err error) {
			taken, err = b.Intake.Take(ctx, intake.Arrived{Place: fmt.Sprintf("demo/%d", from+n), At: at,
				Size: int64(len(raw)), Body: strings.NewReader(raw)})
			return err
		})
		if err != nil {
			return nil, err
		}
		mails = append(mails, taken)
	}
	return mails, nil
}
