package crm

import "strings"

// ContactOrder says what leads a list of contacts.
type ContactOrder string

// The orders.
const (
	ByName       ContactOrder = ""          // family name first, from A
	ByNameDown   ContactOrder = "name_down" // from Z
	ByChange     ContactOrder = "change"    // changed longest ago first
	ByChangeDown ContactOrder = "change_down"
)

// sort returns the order that the store is asked for. A list that begins with a name is by name.
func (f ContactFilter) sort() []string {
	order := f.Order
	if f.begins() != "" && (order == ByChange || order == ByChangeDown) {
		order = ByName
	}
	switch order {
	case ByNameDown:
		return []string{"-sortName"}
	case ByChange:
		return []string{"updatedAt"}
	case ByChangeDown:
		return []string{"-updatedAt"}
	}
	return []string{"sortName"}
}

// Called is what somebody is called: as their name is shown, as lists have it, family name first, and by what
// those are sorted.
type Called struct{ Shown, Listed, SortKey string }

// Called returns what c is called.
func (c Contact) Called() Called { return Called{c.DisplayName(), c.ListName(), c.sortName()} }

// ListName returns the name as lists are read: family name first.
func (c Contact) ListName() string {
	if c.Kind != Person || c.FamilyName == "" {
		return c.DisplayName()
	}
	return strings.TrimSpace(c.FamilyName + " " + c.GivenName)
}
