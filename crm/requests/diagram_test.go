package requests_test

import (
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"

	"ascolto/crm/requests"
	"ascolto/internal/civic"
	"ascolto/web/locale"
)

// page is where the life of a request is drawn, between two marks.
const (
	page  = "../../docs/metodi/richieste.md"
	begin = "<!-- disegno: comincia -->\n"
	end   = "<!-- disegno: finisce -->\n"
)

// TestDiagramIsTheLife: the page draws the moves that the program makes. With ASCOLTO_DRAW set it is drawn
// anew.
func TestDiagramIsTheLife(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), begin)
	drawn, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatalf("%s has no marks between which to draw", page)
	}
	want := diagram(t)
	if os.Getenv("ASCOLTO_DRAW") != "" {
		if err := os.WriteFile(page, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if drawn != want {
		t.Errorf(
			"%s draws other moves than the program makes: ASCOLTO_DRAW=1 go test ./crm/requests -run Diagram",
			page,
		)
	}
}

// diagram returns the life of a request in Mermaid's language, and the acts that change no state.
func diagram(t *testing.T) string {
	t.Helper()
	all, err := locale.Load(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	word := func(key string) string { return all.In(locale.Italian).Message(civic.Msg(key)) }
	var b, still strings.Builder
	b.WriteString("```mermaid\nstateDiagram-v2\n")
	for _, s := range requests.States() {
		fmt.Fprintf(&b, "    %s: %s\n", s, word(s.Word()))
	}
	for _, m := range requests.Moves() {
		if m.To == "" {
			fmt.Fprintf(&still, "- %s (%s): %s\n", word(m.Act.Word()), sides(m), among(m.From, word))
			continue
		}
		from := []string{"[*]"}
		if len(m.From) > 0 {
			from = nil
		}
		for _, s := range m.From {
			from = append(from, string(s))
		}
		for _, s := range from {
			fmt.Fprintf(&b, "    %s --> %s: %s\n", s, m.To, word(m.Act.Word()))
		}
	}
	for _, s := range requests.States() {
		if !s.Open() {
			fmt.Fprintf(&b, "    %s --> [*]\n", s)
		}
	}
	return b.String() + "```\n\nNon cambiano lo stato:\n\n" + still.String()
}

func sides(m requests.Move) string {
	switch m.Sides {
	case requests.Staff:
		return "il Comune"
	case requests.Applicant:
		return "chi ha chiesto"
	}
	return "il Comune o chi ha chiesto"
}

func among(states []requests.State, word func(string) string) string {
	if len(states) == len(requests.States()) {
		return "sempre"
	}
	var words []string
	for _, s := range states {
		words = append(words, word(s.Word()))
	}
	return strings.Join(words, ", ")
}
