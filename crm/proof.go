package crm

import (
	"slices"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/reach"
)

// Proof says that an address of a contact is the person's: a code sent there was typed in by them, or a
// provider told it that proves addresses. An address without a proof is only claimed, by whoever typed it:
// nobody is taken for the contact because of it.
type Proof struct {
	Key     string    `bson:"key"` // of the Email
	At      time.Time `bson:"at"`
	Account civic.ID  `bson:"account,omitempty"` // whose owner proved it; earlier versions did not say
}

// HasProved reports whether the person proved to have the address with a key.
func (c Contact) HasProved(key string) bool {
	return slices.ContainsFunc(c.Proved, func(p Proof) bool { return p.Key == key })
}

// Awaits reports whether the person typed the address with a key into the profile and has not confirmed it
// yet. Nothing is sent there but the code to confirm it.
func (c Contact) Awaits(key string) bool { return slices.Contains(c.Unconfirmed, key) }

// Opens reports whether who proved to read the address with a key may be taken for the person by it: it
// stands on c, and did not come from the person's own profile without being confirmed there.
func (c Contact) Opens(key string) bool { return c.hasAddress(key) && !c.Awaits(key) }

// WrittenTo returns the address by which c is written to: the first that need not be confirmed. It is zero
// when there is none.
func (c Contact) WrittenTo() reach.Email {
	for _, e := range c.Emails {
		if !c.Awaits(e.Key) {
			return e
		}
	}
	return reach.Email{}
}

// hasAddress reports whether an address with key is one of c.
func (c Contact) hasAddress(key string) bool {
	return slices.ContainsFunc(c.Emails, func(e reach.Email) bool { return e.Key == key })
}

// prove marks an address of c as the person's, and reports whether that is news.
func (c *Contact) prove(p Proof) bool {
	of := func(account civic.ID) int {
		return slices.IndexFunc(c.Proved,
			func(q Proof) bool { return q.Key == p.Key && q.Account == account })
	}
	known := of(p.Account) >= 0
	if !c.hasAddress(p.Key) || known && !c.Awaits(p.Key) {
		return false
	}
	c.Unconfirmed = slices.DeleteFunc(slices.Clone(c.Unconfirmed), func(k string) bool { return k == p.Key })
	if known {
		return true
	}
	c.Proved = slices.Clone(c.Proved)
	if i := of(""); i >= 0 { // kept by an earlier version, which did not say by whom
		c.Proved[i].Account = p.Account
	} else {
		c.Proved = append(c.Proved, p)
	}
	return true
}

// keepProofs forgets what was known of addresses that c has no more.
func (c *Contact) keepProofs() {
	c.Proved = slices.DeleteFunc(slices.Clone(c.Proved), func(p Proof) bool { return !c.hasAddress(p.Key) })
	c.Unconfirmed = slices.DeleteFunc(slices.Clone(c.Unconfirmed),
		func(k string) bool { return !c.hasAddress(k) })
}

// awaitNew marks the addresses that the person has just typed, because before has them not, as still to be
// confirmed.
func (c *Contact) awaitNew(before Contact) {
	for _, e := range c.Emails {
		if !before.hasAddress(e.Key) && !c.Awaits(e.Key) {
			c.Unconfirmed = append(c.Unconfirmed, e.Key)
		}
	}
}
