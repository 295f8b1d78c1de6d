package demo

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"strings"

	"ascolto/crm"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
)

// attachments records a visit of the citizen whose account is shown, who left a letter and a photograph.
func (b *builder) attachments(ctx context.Context) error {
	if b.size.Contacts == 0 || b.size.Interactions == 0 {
		return nil
	}
	operator := b.actor(b.operator)
	in := crm.InteractionInput{
		FormKey: "demoallegati000000001", Contact: b.contactIDs(1)[0], Channel: crm.AtDesk,
		Direction: crm.Inbound, Office: "urp", Subject: b.words.Visit.Subject, Note: b.words.Visit.Note,
		Outcome: crm.FollowUp,
	}
	if len(operator.Offices) > 0 {
		in.Office = operator.Offices[0]
	}
	photo, err := roadPhoto()
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name    string
		content []byte
	}{{b.words.Visit.Letter, letterPDF(b.words.Visit.Lines)}, {b.words.Visit.Photo, photo}} {
		var file blob.File
		err := b.Clock.at(b.at(-2, 10), func() (err error) {
			file, err = b.Files.Put(ctx, blob.Upload{Name: f.name, Use: crm.InteractionFiles(),
				Sender: operator.Account}, bytes.NewReader(f.content))
			return err
		})
		if err != nil {
			return err
		}
		in.Files = append(in.Files, file.ID)
	}
	return b.Clock.at(b.at(-2, 10), func() error {
		_, err := b.CRM.RecordInteraction(ctx, operator, in)
		if civic.CodeOf(err) == civic.Conflict { // built before, and changed by who tries the town
			return nil
		}
		return err
	})
}

// letterPDF returns a page with lines of text (ISO 32000-1), in Helvetica of 12 points.
func letterPDF(lines []string) []byte {
	var text strings.Builder
	text.WriteString("BT /F1 12 Tf 72 770 Td 18 TL\n")
	escape := strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`)
	for _, line := range lines {
		fmt.Fprintf(&text, "(%s) Tj T*\n", escape.Replace(line))
	}
	text.WriteString("ET")
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R " +
			"/Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", text.Len(), text.String()),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
	}
	var pdf bytes.Buffer
	pdf.WriteString("%PDF-1.4\n")
	var starts []int
	for n, object := range objects {
		starts = append(starts, pdf.Len())
		fmt.Fprintf(&pdf, "%d 0 obj\n%s\nendobj\n", n+1, object)
	}
	table := pdf.Len()
	fmt.Fprintf(&pdf, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, start := range starts {
		fmt.Fprintf(&pdf, "%010d 00000 n \n", start)
	}
	fmt.Fprintf(&pdf, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return pdf.Bytes()
}

// roadPhoto returns a picture of a road with a hole in it.
func roadPhoto() ([]byte, error) {
	const width, height = 800, 600
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			grain := uint8((x*7 + y*13) % 23)
			of := color.RGBA{150 + grain/2, 190, 225, 255} // sky
			switch dx, dy := float64(x-430)/150, float64(y-440)/55; {
			case dx*dx+dy*dy < 1:
				of = color.RGBA{38 + grain, 34 + grain, 32 + grain, 255}
			case y > 240 && x > 385-(y-240)/40 && x < 400+(y-240)/40 && (y/45)%2 == 0:
				of = color.RGBA{225, 225, 215, 255}
			case y > 240:
				of = color.RGBA{96 + grain, 96 + grain, 98 + grain, 255}
			}
			m.SetRGBA(x, y, of)
		}
	}
	var b bytes.Buffer
	err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 80})
	return b.Bytes(), err
}
