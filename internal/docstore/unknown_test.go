package docstore_test

import (
	"maps"
	"testing"

	"ascolto/internal/docstore"
)

// house is a document of this program, mansion the same one in a program after it.
type (
	house struct {
		docstore.Meta `bson:",inline"`
		Name          string          `bson:"name"`
		Owner         *owner          `bson:"owner,omitempty"`
		Rooms         []room          `bson:"rooms,omitempty"`
		Keys          map[string]room `bson:"keys,omitempty"`
		Marks         []string        `bson:"marks,omitempty"`
	}
	owner struct {
		Name string `bson:"name"`
	}
	room struct {
		Code  string `bson:"code,omitempty"`
		Size  int    `bson:"size"`
		Doors []room `bson:"doors,omitempty"`
	}

	mansion struct {
		docstore.Meta `bson:",inline"`
		Name          string             `bson:"name"`
		Owner         *lord              `bson:"owner,omitempty"`
		Rooms         []chamber          `bson:"rooms,omitempty"`
		Keys          map[string]chamber `bson:"keys,omitempty"`
		Marks         []string           `bson:"marks,omitempty"`
		Park          int                `bson:"park"`
		Towers        []chamber          `bson:"towers,omitempty"`
	}
	lord struct {
		Name  string `bson:"name"`
		Title string `bson:"title"`
	}
	chamber struct {
		Code  string    `bson:"code,omitempty"`
		Size  int       `bson:"size"`
		Doors []chamber `bson:"doors,omitempty"`
		Walls string    `bson:"walls"`
	}
)

func stately() *mansion {
	m := &mansion{
		Name: "Villa", Owner: &lord{"Anna", "contessa"}, Park: 7,
		Towers: []chamber{{Code: "t", Walls: "grey"}},
		Rooms: []chamber{
			{Code: "a", Size: 1, Walls: "red"},
			{Code: "b", Size: 2, Walls: "blue",
				Doors: []chamber{{Size: 10, Walls: "oak"}, {Size: 11, Walls: "ash"}}},
			{Size: 3, Walls: "green"},
		},
		Keys: map[string]chamber{"k": {Size: 4, Walls: "white"}, "l": {Size: 5, Walls: "black"}},
	}
	m.ID = "villa"
	return m
}

// TestUnknownFieldsSurvive: what a newer program wrote and this one does not know outlives a change by this
// one, wherever it lies, and goes only with what holds it.
func TestUnknownFieldsSurvive(t *testing.T) {
	changes := []struct {
		name   string
		change func(*house)
		want   func(*mansion)
	}{
		{"nothing", func(*house) {}, func(*mansion) {}},
		{"a field", func(h *house) { h.Name = "Casa" }, func(m *mansion) { m.Name = "Casa" }},
		{"a document", func(h *house) { h.Owner.Name = "Bea" }, func(m *mansion) { m.Owner.Name = "Bea" }},
		{"a document less", func(h *house) { h.Owner = nil }, func(m *mansion) { m.Owner = nil }},
		{"a document anew", func(h *house) { h.Owner = &owner{"Carla"} },
			func(m *mansion) { m.Owner.Name = "Carla" }},
		{"an element", func(h *house) { h.Rooms[2].Size = 30 }, func(m *mansion) { m.Rooms[2].Size = 30 }},
		{"the first less", func(h *house) { h.Rooms = h.Rooms[1:] },
			func(m *mansion) { m.Rooms = m.Rooms[1:] }},
		{
			"another order, one changed",
			func(h *house) { h.Rooms = []room{h.Rooms[2], {Code: "b", Size: 20}, h.Rooms[0]} },
			func(m *mansion) {
				m.Rooms = []chamber{m.Rooms[2], {Code: "b", Size: 20, Walls: "blue"}, m.Rooms[0]}
			},
		},
		{
			"one more before", func(h *house) { h.Rooms = append([]room{{Code: "z"}}, h.Rooms...) },
			func(m *mansion) { m.Rooms = append([]chamber{{Code: "z"}}, m.Rooms...) },
		},
		{
			"an element of an element", func(h *house) { h.Rooms[1].Doors[1].Size = 12 },
			func(m *mansion) { m.Rooms[1].Doors[1].Size = 12 },
		},
		{
			"a value of a map", func(h *house) { h.Keys["k"] = room{Size: 40}; delete(h.Keys, "l") },
			func(m *mansion) { m.Keys = map[string]chamber{"k": {Size: 40, Walls: "white"}} },
		},
		{"words", func(h *house) { h.Marks = []string{"bella"} },
			func(m *mansion) { m.Marks = []string{"bella"} }},
	}
	onEach(t, func(t *testing.T, _ place, db *docstore.DB) {
		spec := docstore.Spec{Name: "houses"}
		newer, older := collect[mansion](t, db, spec), collect[house](t, db, spec)
		for _, replaced := range []bool{false, true} {
			for _, tt := range changes {
				if err := newer.Delete(t.Context(), "villa"); err != nil {
					t.Fatal(err)
				}
				mustInsert(t, newer, stately())
				if err := changed(t, older, tt.change, replaced); err != nil {
					t.Fatalf("%s: %v", tt.name, err)
				}
				got, err := newer.Get(t.Context(), "villa")
				want := stately()
				tt.want(want)
				want.Revision = 2
				if err != nil || !sameMansion(got, *want) {
					t.Errorf("%s, replaced %v: %v\n got %+v\nwant %+v", tt.name, replaced, err, got, *want)
				}
			}
		}
	})
}

// changed changes the villa by Update or by Replace.
func changed(t *testing.T, c *docstore.Collection[house], change func(*house), replaced bool) error {
	if !replaced {
		_, err := c.Update(t.Context(), "villa", func(h *house) error { change(h); return nil })
		return err
	}
	h, err := c.Get(t.Context(), "villa")
	if err != nil {
		return err
	}
	change(&h)
	return c.Replace(t.Context(), &h)
}

func sameMansion(a, b mansion) bool {
	return a.Meta == b.Meta && a.Name == b.Name && a.Park == b.Park && same(a.Towers, b.Towers) &&
		same(a.Rooms, b.Rooms) &&
		(a.Owner == nil) == (b.Owner == nil) && (a.Owner == nil || *a.Owner == *b.Owner) &&
		len(a.Marks) == len(b.Marks) &&
		maps.EqualFunc(a.Keys, b.Keys, func(a, b chamber) bool { return same([]chamber{a}, []chamber{b}) })
}

func same(a, b []chamber) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Code != b[i].Code || a[i].Size != b[i].Size || a[i].Walls != b[i].Walls ||
			!same(a[i].Doors, b[i].Doors) {
			return false
		}
	}
	return true
}
