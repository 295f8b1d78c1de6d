package requests

import (
	"strconv"

	"ascolto/crm/term"
	"ascolto/internal/civic"
	"ascolto/internal/merge"
)

// versionFields are the fields of the form of a version. A term is one of them: a length with its unit.
func versionFields() merge.Fields[Version] {
	length := func(v *Version) string { return strconv.Itoa(v.Term.Length) + " " + string(v.Term.Unit) }
	var fs merge.Fields[Version]
	for _, text := range []merge.Fields[Version]{
		merge.Text("name", func(v *Version) *civic.Text { return &v.Name }),
		merge.Text("description", func(v *Version) *civic.Text { return &v.Description }),
		merge.Text("documents", func(v *Version) *civic.Text { return &v.Documents }),
		merge.Text("fee", func(v *Version) *civic.Text { return &v.Fee }),
	} {
		fs = append(fs, text...)
	}
	return append(fs,
		merge.Value("office", func(v *Version) *civic.ID { return &v.Office }),
		merge.Value("substitute", func(v *Version) *string { return &v.Substitute }),
		merge.Part("length", length, func(mine, stored *Version) { mine.Term = stored.Term }),
		merge.Value("basis", func(v *Version) *string { return &v.Basis }),
		merge.Value("no_notice", func(v *Version) *string { return &v.NoNotice }),
		merge.Value("first_hours", func(v *Version) *int { return &v.FirstHours }),
		merge.Value("solution_hours", func(v *Version) *int { return &v.SolutionHours }),
		merge.Value("from", func(v *Version) *string { return &v.From }),
		merge.Value("until", func(v *Version) *string { return &v.Until }),
		merge.Value("silence", func(v *Version) *Silence { return &v.Silence }),
		merge.List("stops", func(v *Version) *[]term.Kind { return &v.Stops },
			func(k term.Kind) string { return string(k) }, 0),
		merge.Value("motivated", func(v *Version) *bool { return &v.Motivated }),
		merge.Value("publishes", func(v *Version) *bool { return &v.Publishes }),
	)
}

// Shown returns what a form that shows v carries, for the version that it makes to be joined with others.
func (v Version) Shown() string { return versionFields().Shown(&v) }

// Next returns v as the form of the version that follows it begins on a day, "2026-12-01": from that day on
// or, of a version that has not begun, from its first day until its last one.
func (v Version) Next(today string) Version {
	if v.From < today {
		v.From, v.Until = today, ""
	}
	return v
}

// joined returns the version that v, the form of by, adds to p, and notes in p who edited what; see
// SaveProcedure.
func (s *Service) joined(
	by civic.Actor, p *Procedure, revision int64, v Version, offices map[civic.ID]bool,
) (Version, error) {
	stored, mine, edits, shown := p.Latest().Next(s.today().String()), v, p.Edits, v.Base
	if shown == "" && p.Revision == revision {
		shown = stored.Shown()
	}
	u := merge.Update[Version]{Fields: versionFields(), Edits: func(*Version) *merge.Edits { return &edits },
		Shown: shown, By: by, At: v.At}
	err := u.Apply(&mine, &stored)
	if err == nil && mine.check(offices, s.now()) != nil {
		// each is right by itself, and both together are not
		mine, edits, u.Shown = v, p.Edits, ""
		err = u.Apply(&mine, &stored)
	}
	if err == nil {
		p.Edits = edits
	}
	return mine, err
}
