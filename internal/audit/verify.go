package audit

import (
	"context"
	"fmt"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// The kinds of problem.
const (
	Changed = "changed" // the record does not have its hash: it was altered or forged
	Missing = "missing" // there should be a record here
	Moved   = "moved"   // the record does not follow the one before it
	Hidden  = "hidden"  // the record stands under other keys than its own: lists by person or action miss it
)

// Problem is something that Verify found wrong, and where.
type Problem struct {
	Record civic.ID
	Kind   string
}

// Report is what Verify found. Heads are the ends of all chains: whoever notes them elsewhere can hand them
// to a later Verify, which then also finds a newest end that was cut off.
type Report struct {
	Records  int
	Chains   int
	Problems []Problem // at most maxProblems
	Heads    []Head
}

// OK reports whether nothing was found wrong.
func (r Report) OK() bool { return len(r.Problems) == 0 }

const maxProblems = 1000

// Verify reads the whole audit and reports every record that was changed, moved or taken away. What it cannot
// see is the removal of the newest records of a process that has stopped, unless known heads say that they
// were there. The error is only about the store.
func (l *Log) Verify(ctx context.Context, known ...Head) (Report, error) {
	v := verifier{log: l, named: map[civic.ID][]Head{}}
	v.name(known)
	own, err := l.ownHeads(ctx)
	if err != nil {
		return Report{}, err
	}
	v.name(own)
	for r, err := range l.records.All(ctx, l.byAction(ActionOpened)) {
		if err != nil {
			return Report{}, fmt.Errorf("audit: verify: %w", err)
		}
		v.name(r.Heads)
	}
	for r, err := range l.records.All(ctx, docstore.Query{Limit: 1000}) {
		if err != nil {
			return Report{}, fmt.Errorf("audit: verify: %w", err)
		}
		v.read(r)
	}
	v.endChain()
	for _, heads := range v.named {
		v.missing(heads)
	}
	expired, err := l.expiredBefore(ctx)
	if err != nil {
		return Report{}, err
	}
	v.forgive(expired)
	hidden, err := l.records.Misfiled(ctx)
	if err != nil {
		return Report{}, fmt.Errorf("audit: verify: %w", err)
	}
	for _, id := range hidden {
		v.problem(id, Hidden)
	}
	return v.report, nil
}

func (l *Log) byAction(action Action) docstore.Query {
	return docstore.Query{Filter: docstore.Filter{docstore.Eq("action", action)}, Sort: []string{"-at"},
		Limit: 1000}
}

// ownHeads returns where this process's chains certainly reached.
func (l *Log) ownHeads(ctx context.Context) ([]Head, error) {
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, away(ctx)
	}
	defer func() { <-l.turn }()
	heads := append([]Head{}, l.heads...)
	if l.head.Chain != "" {
		heads = append(heads, l.head)
	}
	return heads, nil
}

// verifier reads all records by id: chain after chain, each in order.
type verifier struct {
	log    *Log
	named  map[civic.ID][]Head // what other chains say must be there, by chain; found ones are taken out
	head   Head                // of the chain being read
	report Report
}

func (v *verifier) name(heads []Head) {
	for _, h := range heads {
		v.named[h.Chain] = append(v.named[h.Chain], h)
	}
}

func (v *verifier) read(r Record) {
	v.report.Records++
	chain, seq := splitID(r.ID)
	if chain != v.head.Chain {
		v.endChain()
		v.head = Head{Chain: chain}
		v.report.Chains++
	}
	switch {
	case v.log.hash(r) != r.Hash:
		v.problem(r.ID, Changed)
	case seq != v.head.Seq+1:
		v.problem(recordID(chain, v.head.Seq+1), Missing)
	case r.Prev != v.head.Hash:
		v.problem(r.ID, Moved)
	}
	v.head = Head{chain, seq, r.Hash}
	v.settle()
}

// settle takes out what was named of the record just read.
func (v *verifier) settle() {
	heads := v.named[v.head.Chain]
	open := heads[:0]
	for _, h := range heads {
		switch {
		case h.Seq != v.head.Seq:
			open = append(open, h)
		case h.Hash != v.head.Hash:
			v.problem(h.ID(), Changed)
		}
	}
	if len(heads) > 0 {
		v.named[v.head.Chain] = open
	}
}

func (v *verifier) endChain() {
	if v.head.Chain == "" {
		return
	}
	v.missing(v.named[v.head.Chain])
	delete(v.named, v.head.Chain)
	v.report.Heads = append(v.report.Heads, v.head)
}

func (v *verifier) missing(heads []Head) {
	for _, h := range heads {
		v.problem(h.ID(), Missing)
	}
}

func (v *verifier) problem(id civic.ID, kind string) {
	if len(v.report.Problems) < maxProblems {
		v.report.Problems = append(v.report.Problems, Problem{id, kind})
	}
}

// forgive drops what is missing because its time was over.
func (v *verifier) forgive(expired string) {
	kept := v.report.Problems[:0]
	for _, p := range v.report.Problems {
		if p.Kind != Missing || chainDay(p.Record) >= expired {
			kept = append(kept, p)
		}
	}
	v.report.Problems = kept
}
