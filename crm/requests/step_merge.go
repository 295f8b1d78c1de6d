package requests

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/merge"
)

// stepFields are the fields of a step's form. When it comes is one of them: a kind with its value.
func stepFields() merge.Fields[Step] {
	return merge.Fields[Step]{
		merge.Part("kind", func(st *Step) string { return st.when() },
			func(mine, stored *Step) { mine.Kind, mine.Value = stored.Kind, stored.Value }),
		merge.Part("tell", func(st *Step) string { return st.codes() },
			func(mine, stored *Step) { mine.Tell = stored.Tell }),
		merge.Value("substitute", func(st *Step) *civic.ID { return &st.Substitute }),
		merge.Value("procedure", func(st *Step) *civic.ID { return &st.Procedure }),
		merge.Value("urgent", func(st *Step) *bool { return &st.Urgent }),
		merge.Value("off", func(st *Step) *bool { return &st.Off }),
	}
}

// codes returns who is told, in one order.
func (st Step) codes() string {
	codes := make([]string, len(st.Tell))
	for i, r := range st.Tell {
		codes[i] = string(r)
	}
	slices.Sort(codes)
	return strings.Join(codes, " ")
}

// when returns the kind of a step with its value.
func (st Step) when() string { return string(st.Kind) + " " + strconv.Itoa(st.Value) }

// facts returns what the audit tells of a step when it changes.
func (st Step) facts() []audit.Fact {
	return []audit.Fact{{Field: "kind", Value: st.when()}, {Field: "tell", Value: st.codes()},
		{Field: "substitute", Value: string(st.Substitute)}, {Field: "procedure", Value: string(st.Procedure)},
		{Field: "urgent", Value: audit.Flag(st.Urgent)}, {Field: "off", Value: audit.Flag(st.Off)}}
}

// Shown returns what a form that shows st carries, for the edit to be joined with others.
func (st Step) Shown() string { return stepFields().Shown(&st) }

// joined returns st with what in, the form of by, changes of it; see SaveStep.
func (st Step) joined(by civic.Actor, in Step, revision int64, at time.Time) (Step, error) {
	mine := in
	mine.Meta, mine.Since, mine.Left, mine.Edits = st.Meta, st.Since, st.Left, st.Edits
	typed, shown := mine, in.Base
	if shown == "" && st.Revision == revision {
		shown = st.Shown()
	}
	u := merge.Update[Step]{Fields: stepFields(), Edits: func(st *Step) *merge.Edits { return &st.Edits },
		Shown: shown, By: by, At: at}
	err := u.Apply(&mine, &st)
	if err == nil && mine.Substitute != "" && !slices.Contains(mine.Tell, ReaderSubstitute) {
		// one named who has the power while the other took away that they are told
		mine, u.Shown = typed, ""
		err = u.Apply(&mine, &st)
	}
	if err != nil {
		return st, err
	}
	if !st.sameTime(mine) {
		mine.Since = at
	}
	if st.Procedure != mine.Procedure && st.Procedure != "" {
		mine.leave(st.Procedure, at)
	}
	return mine, nil
}
