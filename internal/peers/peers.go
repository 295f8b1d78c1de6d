// Package peers lets the instances of the program that use one store know of each other: which are alive, and
// how much clients used at each of them of what is limited.
package peers

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Limits counts what clients use. Its keys tell nothing about them.
type Limits interface {
	// Used returns how much each client used here since the last call.
	Used() map[string]int
	// Use counts what clients used elsewhere.
	Use(elsewhere map[string]int)
}

// Options say who an instance is.
type Options struct {
	DB      *docstore.DB
	Host    string // the machine's name
	Folder  string // of its data
	Files   bool   // what people send is kept in that folder
	Version string // of the program
	Now     civic.Clock
	Log     *slog.Logger
}

// Instance is one running program.
type Instance struct {
	docstore.Meta `bson:",inline"`
	Host          string    `bson:"host"`
	Folder        string    `bson:"folder"`
	Files         bool      `bson:"files"`
	Version       string    `bson:"version"`
	Started       time.Time `bson:"started"`
	Seen          time.Time `bson:"seen"`
	Rounds        []round   `bson:"rounds"` // the last ones
}

// round is what clients used in one of the periods of an instance, which are numbered.
type round struct {
	Number int64  `bson:"n"`
	Used   []used `bson:"used"`
}

type used struct {
	Key string `bson:"k"`
	N   int    `bson:"n"`
}

const (
	period     = time.Second      // between two signs of life
	alive      = 15 * time.Second // after the last one
	forgotten  = 24 * time.Hour   // after it
	patience   = 5 * time.Second  // for the store
	mostKeys   = 200              // clients of one round: those that used most
	roundsKept = 5
)

// Peers is this instance among the others.
type Peers struct {
	o         Options
	instances *docstore.Collection[Instance]
	me        Instance
	round     int64

	heard  map[civic.ID]int64 // the last round of each other one
	warned map[civic.ID]bool
	silent bool // the store did not answer last time
}

// New returns an instance that nobody knows yet.
func New(ctx context.Context, o Options) (*Peers, error) {
	c, err := docstore.Collect[Instance](ctx, o.DB, docstore.Spec{Name: "instances"})
	if err != nil {
		return nil, err
	}
	p := &Peers{o: o, instances: c, heard: map[civic.ID]int64{}, warned: map[civic.ID]bool{}}
	p.me = Instance{
		Meta: docstore.Meta{ID: docstore.NewID()}, Host: o.Host, Folder: o.Folder, Files: o.Files,
		Version: o.Version, Started: o.Now(),
	}
	return p, nil
}

// Others returns the instances that gave a sign of life a moment ago, besides this one.
func (p *Peers) Others(ctx context.Context) ([]Instance, error) {
	var all []Instance
	for i, err := range p.instances.All(ctx, docstore.Query{}) {
		if err != nil {
			return nil, err
		}
		// One in the same folder was this one, before it was started again.
		if i.ID != p.me.ID && p.o.Now().Sub(i.Seen) < alive &&
			(i.Host != p.me.Host || i.Folder != p.me.Folder) {
			all = append(all, i)
		}
	}
	return all, nil
}

// Run gives signs of life until ctx ends, tells the others what clients used here, and counts what they used
// there. It says in the log when files are kept in the folder of one instance, where others cannot read them.
func (p *Peers) Run(ctx context.Context, limits Limits) {
	every := time.NewTicker(period)
	defer every.Stop()
	for {
		err := p.once(ctx, limits)
		if err != nil && ctx.Err() == nil && !p.silent {
			p.o.Log.Warn("what other instances do is not known for the moment", "error", err)
		}
		p.silent = err != nil
		select {
		case <-ctx.Done():
			p.leave()
			return
		case <-every.C:
		}
	}
}

// leave takes this instance off the list.
func (p *Peers) leave() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_ = p.instances.Delete(ctx, p.me.ID) // without it the others know after a while
}

func (p *Peers) once(ctx context.Context, limits Limits) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	p.round++
	p.me.Rounds = append(p.me.Rounds, round{p.round, mostUsed(limits.Used())})
	p.me.Rounds = p.me.Rounds[max(0, len(p.me.Rounds)-roundsKept):]
	if err := p.sign(ctx); err != nil {
		return err
	}
	others, err := p.Others(ctx)
	if err != nil {
		return err
	}
	elsewhere := map[string]int{}
	for _, other := range others {
		for _, r := range other.Rounds {
			if r.Number <= p.heard[other.ID] {
				continue
			}
			p.heard[other.ID] = r.Number
			for _, u := range r.Used {
				elsewhere[u.Key] += u.N
			}
		}
		p.warn(other)
	}
	if len(elsewhere) > 0 {
		limits.Use(elsewhere)
	}
	return nil
}

// sign stores that this instance lives, and once in a while forgets those that long do not.
func (p *Peers) sign(ctx context.Context) error {
	p.me.Seen = p.o.Now()
	_, err := p.instances.Update(ctx, p.me.ID, func(i *Instance) error {
		i.Seen, i.Rounds = p.me.Seen, p.me.Rounds
		return nil
	})
	if civic.CodeOf(err) != civic.NotFound {
		return err
	}
	for i, err := range p.instances.All(ctx, docstore.Query{}) {
		if err == nil && p.me.Seen.Sub(i.Seen) > forgotten {
			err = p.instances.Delete(ctx, i.ID)
		}
		if err != nil {
			return err
		}
	}
	mine := p.me
	return p.instances.Insert(ctx, &mine)
}

// warn says once of each other instance that files are kept where only one can read them.
func (p *Peers) warn(other Instance) {
	if !p.me.Files && !other.Files || p.warned[other.ID] {
		return
	}
	p.warned[other.ID] = true
	p.o.Log.Error(
		"files that people send are kept in the folder of one instance, and another uses the store too: "+
			"it cannot read them. Set ASCOLTO_FILES to an S3 service for all of them",
		"other", other.Host, "folder", other.Folder, "since", other.Started)
}

// mostUsed returns those who used most.
func mostUsed(by map[string]int) []used {
	all := make([]used, 0, len(by))
	for key, n := range by {
		all = append(all, used{key, n})
	}
	slices.SortFunc(all, func(a, b used) int { return b.N - a.N })
	return all[:min(len(all), mostKeys)]
}
