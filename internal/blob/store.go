package blob

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/sync/semaphore"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// The bounds that hold whatever the use.
const (
	Grace    = 24 * time.Hour // how long a file may be referred to by nobody: a form is being filled in
	maxLoose = 40             // files of one sender that no document refers to
	maxFreed = 4 * maxLoose   // and that a document let go, until Collect removes them
)

// Options are what a store of files is made of.
type Options struct {
	DB     *docstore.DB
	Keeper Keeper
	Spool  string // a folder of this process alone, where files are looked at before they are kept; emptied
	Now    civic.Clock
	// Reserve is how many bytes files leave free on the disk of the spool; 0: three times what the store of
	// documents does, so that nobody stops it by sending files; less than 0: none.
	Reserve int64
	// Place names the place that an address is of, for a pool, in a way that tells nothing of either; empty: it
	// is bounded with nobody. Nil: places are not told apart.
	Place func(pool civic.ID, from netip.Addr) civic.ID
}

const defaultReserve = 96 << 20

// Store keeps files. It is safe for concurrent use.
type Store struct {
	files   *docstore.Collection[File]
	keeper  Keeper
	spool   string
	now     civic.Clock
	reserve int64
	drawing *semaphore.Weighted // pictures whose pixels are in memory
	adding  [64]sync.Mutex      // by sender, so that what one sends at the same time is counted
	pools   pools
	place   func(pool civic.ID, from netip.Addr) civic.ID
}

// New returns the store of files of o.DB. What an upload left in the spool when the process died is removed.
func New(ctx context.Context, o Options) (*Store, error) {
	if o.Now == nil {
		o.Now = civic.Now
	}
	if err := errors.Join(os.RemoveAll(o.Spool), os.MkdirAll(o.Spool, 0o700)); err != nil {
		return nil, fmt.Errorf("blob: the spool: %w", err)
	}
	files, err := docstore.Collect[File](ctx, o.DB, docstore.Spec{Name: "files", Indexes: []docstore.Index{
		{Name: "claims", Fields: []string{"claims"}},
		{Name: "loose", Fields: []string{"loose"}},
		{Name: "person", Fields: []string{"person", "loose"}},
		{Name: "sender", Fields: []string{"sender", "loose"}},
		{Name: "pool_loose", Fields: []string{"pool", "loose"}},
	}})
	if err != nil {
		return nil, err
	}
	return &Store{
		files: files, keeper: o.Keeper, spool: o.Spool, now: o.Now,
		reserve: cmp.Or(o.Reserve, defaultReserve),
		drawing: semaphore.NewWeighted(1),
		place:   o.Place,
	}, nil
}

// Put reads a file to its end and keeps it, referred to by nobody yet: see Claim. It returns an Invalid error
// that says what to do with a file that is empty, torn or of a type that the use does not take, TooLarge,
// Limited when the sender has too many files that nobody refers to, or its pool no room, Full, or
// Unavailable. After an error nothing is kept.
func (s *Store) Put(ctx context.Context, u Upload, from io.Reader) (File, error) {
	f, err := s.put(ctx, u, from)
	return f, naming(u.Name, err)
}

// naming returns err with the file's name as its sender knows it, for words that say which file is meant.
func naming(name string, err error) error {
	e, ok := errors.AsType[*civic.Error](err)
	if !ok || !strings.HasPrefix(e.Message.Key, "error.file.") {
		return err
	}
	named := *e
	named.Message.Args = civic.Args{"Name": SentName(name)}
	maps.Copy(named.Message.Args, e.Message.Args)
	return &named
}

// SentName returns a name as its sender knows it, to be shown to them: without folders and without what
// cannot be seen.
func SentName(name string) string {
	name = civic.Bare(strings.ToValidUTF8(name[strings.LastIndexAny(name, `/\`)+1:], ""))
	name = strings.Join(strings.FieldsFunc(name, unicode.IsControl), " ")
	if letters := []rune(name); len(letters) > MaxName {
		name = string(letters[:MaxName]) + "…"
	}
	if civic.IsBlank(name) {
		return "file"
	}
	return name
}

func (s *Store) put(ctx context.Context, u Upload, from io.Reader) (File, error) {
	sender := cmp.Or(u.Sender, u.Person)
	if err := s.mayAdd(ctx, sender); err != nil {
		return File{}, err
	}
	place := s.placeOf(u)
	taken, err := s.takeRoom(ctx, u.Pool, place, 0) // before anything is read for nothing
	if err != nil {
		return File{}, err
	}
	taken(false)
	// in the spool, and with the keeper
	if free := docstore.FreeSpace(s.spool); free-2*u.Use.MaxSize < s.reserve {
		return File{}, civic.NewError(civic.Full, "error.full")
	}
	sent, err := s.spooled(u.Use.MaxSize, from)
	if err != nil {
		return File{}, err
	}
	defer sent.drop()
	kept, err := s.examine(ctx, u.Use, sent)
	if err != nil {
		return File{}, err
	}
	if kept.spooled != sent {
		defer kept.drop()
	}
	now := s.now()
	f := File{
		Meta: docstore.Meta{ID: newName()}, Name: cleanName(u.Name, kept.kind), Use: u.Use.Name,
		Type: kept.kind,
		Size: kept.size, SHA256: kept.sum, Width: kept.width, Height: kept.height, Person: u.Person, Sender: sender,
		At: now, Loose: &now, Pool: u.Pool.Name,
		Place: place,
	}
	if u.Anonymous {
		f.Name, f.At = cleanName(rand.Text()[:6], kept.kind), dayOf(now)
	}
	return s.keep(ctx, f, u.Pool, kept.spooled)
}

// placeOf names the place from which an upload comes, where its pool is shared out by places.
func (s *Store) placeOf(u Upload) civic.ID {
	if u.Pool.Name == "" || s.place == nil {
		return ""
	}
	return s.place(u.Pool.Name, u.From)
}

// dayOf returns the beginning of a time's day in Rome.
func dayOf(t time.Time) time.Time {
	t = t.In(civic.Rome())
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location()).UTC()
}

// keep stores what is known of a file before its bytes, so that bytes without it never exist.
func (s *Store) keep(ctx context.Context, f File, p Pool, bytes *spooled) (File, error) {
	if err := s.insert(ctx, &f, p); err != nil {
		return File{}, err
	}
	err := bytes.rewind()
	if err == nil {
		err = s.keeper.Keep(ctx, string(f.ID), bytes.file, f.Size)
	}
	kept := f
	if err == nil {
		kept, err = s.files.Update(ctx, f.ID, func(f *File) error { f.Kept = true; return nil })
	}
	if err != nil {
		return File{}, errors.Join(err, s.remove(context.WithoutCancel(ctx), f))
	}
	return kept, nil
}

// insert stores what is known of a file unless its sender has too many meanwhile, or its pool no room, those
// that are sent at the same time included.
func (s *Store) insert(ctx context.Context, f *File, p Pool) error {
	taken, err := s.takeRoom(ctx, p, f.Place, f.Size)
	if err != nil {
		return err
	}
	if f.Sender != "" {
		turn := &s.adding[maphash.String(turns, string(f.Sender))%uint64(len(s.adding))]
		turn.Lock()
		defer turn.Unlock()
	}
	if err = s.mayAdd(ctx, f.Sender); err == nil {
		err = s.files.Insert(ctx, f)
	}
	taken(err == nil)
	return err
}

// turns spreads senders over the locks of a store.
var turns = maphash.MakeSeed()

// mayAdd returns a Limited error when somebody sent too many files that no document refers to. Those that a
// document let go are counted apart: who takes files off again may attach others.
func (s *Store) mayAdd(ctx context.Context, sender civic.ID) error {
	if sender == "" {
		return nil
	}
	loose := docstore.Query{Filter: docstore.Filter{docstore.Eq("sender", string(sender)),
		docstore.Gt("loose", epoch)}}
	waiting, freed := 0, 0
	for f, err := range s.files.All(ctx, loose) {
		switch {
		case err != nil:
			return err
		case f.Freed:
			freed++
		default:
			waiting++
		}
		if waiting >= maxLoose || freed >= maxFreed {
			return civic.NewError(civic.Limited, "error.file.loose")
		}
	}
	return nil
}

// Get returns what is kept about a file, or NotFound.
func (s *Store) Get(ctx context.Context, id civic.ID) (File, error) {
	f, err := s.files.Get(ctx, id)
	if err == nil && (!f.Kept || f.Doomed) {
		err = civic.NewError(civic.NotFound, "error.not_found")
	}
	return f, err
}

// Open returns a file and its bytes, which the caller closes, or NotFound. Who may read it, the caller has
// checked: whoever may read the document that refers to it.
func (s *Store) Open(ctx context.Context, id civic.ID) (File, io.ReadSeekCloser, error) {
	f, err := s.Get(ctx, id)
	if err != nil {
		return File{}, nil, err
	}
	bytes, err := s.keeper.Fetch(ctx, string(id))
	if err != nil {
		return File{}, nil, err
	}
	if size, err := bytes.Seek(0, io.SeekEnd); err != nil || size != f.Size {
		torn := fmt.Errorf("blob: file %s has %d bytes, not %d", id, size, f.Size)
		return File{}, nil, errors.Join(torn, err, bytes.Close())
	}
	if _, err := bytes.Seek(0, io.SeekStart); err != nil {
		return File{}, nil, errors.Join(err, bytes.Close())
	}
	return f, bytes, nil
}

// newName returns the random name of a file: 130 bits, in small letters for disks that know no others.
func newName() civic.ID { return civic.ID(strings.ToLower(rand.Text())) }

// cleanName returns the name that people are shown: no folders, nothing that disks or programs read as more
// than a name, and the ending of what the file is.
func cleanName(name string, kind Type) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = civic.Bare(strings.ToValidUTF8(name, ""))
	if civic.IsBlank(name) {
		name = ""
	}
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>:"|?*%;=&$`+"`'", r) || unicode.IsControl(r) {
			return '_'
		}
		return r
	}, strings.Join(strings.Fields(name), " "))
	name = strings.Trim(strings.TrimSuffix(name, filepath.Ext(name)), ". _")
	if letters := []rune(name); len(letters) > MaxName-len(kind.extension()) {
		name = string(letters[:MaxName-len(kind.extension())])
	}
	if name == "" {
		name = "file"
	}
	return name + kind.extension()
}
