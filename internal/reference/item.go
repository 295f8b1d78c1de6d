package reference

import (
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/docstore"
	"ascolto/internal/merge"
	"ascolto/internal/reach"
)

// District is a part of the town. Contacts point to it; one that is no longer used is made inactive, never
// taken away.
type District struct {
	docstore.Meta `bson:",inline"`
	Sent          `bson:",inline"`
	Name          string `bson:"name" json:"name"`
	Order         int    `bson:"order" json:"order"`
	Inactive      bool   `bson:"inactive,omitempty" json:"inactive,omitempty"`
}

// Tag is a word that staff mark contacts with.
type Tag struct {
	docstore.Meta `bson:",inline"`
	Sent          `bson:",inline"`
	Name          string `bson:"name" json:"name"`
	Order         int    `bson:"order" json:"order"`
	Inactive      bool   `bson:"inactive,omitempty" json:"inactive,omitempty"`
}

// Office is a unit of the municipality that answers citizens.
type Office struct {
	docstore.Meta `bson:",inline"`
	Sent          `bson:",inline"`
	Name          string `bson:"name" json:"name"`
	Email         string `bson:"email,omitempty" json:"email,omitempty"`
	Phone         string `bson:"phone,omitempty" json:"phone,omitempty"`
	Order         int    `bson:"order" json:"order"`
	Inactive      bool   `bson:"inactive,omitempty" json:"inactive,omitempty"`
}

// Sent says which form made an item of reference data, so that a form sent twice makes one item and is no
// error.
type Sent struct {
	// the key of the form; empty when there is none
	Form  string `bson:"-" json:"-"`
	Shown string `bson:"-" json:"-"` // what the form of a changed item carried
	// digest of what was sent, until the item is changed
	Submission string        `bson:"submission,omitempty" json:"-"`
	Edits      merge.Edits   `bson:"edits,omitempty" json:"-"` // who edited which field last
	Last       *audit.Change `bson:"last,omitempty" json:"-"`
}

// item is what the four kinds of reference data have in common.
type item interface {
	District | Tag | Office | Topic
}

func itemSpec(name string) docstore.Spec {
	return docstore.Spec{
		Name: name, Followed: true, Indexes: []docstore.Index{{Name: "order", Fields: []string{"order"}}},
	}
}

// maxName bounds the names of reference data.
const maxName = 120

func (d *District) check() error {
	var p civic.Problems
	checkName(&p, "name", &d.Name)
	return p.Err()
}

func (t *Tag) check() error {
	var p civic.Problems
	checkName(&p, "name", &t.Name)
	return p.Err()
}

func (o *Office) check() error {
	var p civic.Problems
	checkName(&p, "name", &o.Name)
	if o.Email != "" {
		e, err := reach.ParseEmail(o.Email)
		p.Check("email", err)
		o.Email = e.Address
	}
	if o.Phone != "" {
		n, err := reach.ParsePhone(o.Phone)
		p.Check("phone", err)
		o.Phone = n.Full()
	}
	return p.Err()
}

func checkName(p *civic.Problems, field string, name *string) {
	clean, err := civic.CleanLine(*name, maxName)
	p.Check(field, err)
	if err == nil && clean == "" {
		p.Add(field, "error.required")
	}
	*name = clean
}
