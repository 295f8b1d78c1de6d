package crm

import "ascolto/internal/civic"

// What an actor may do in crm. A citizen needs none of them for their own profile: Actor.Contact is the right
// to it.
//
// Who holds PermReadContacts reads every contact. Who holds only PermReadOwn (an office) reads the contacts
// one of its offices has dealt with, and of their history only what its own offices did. The note of a
// confidential interaction is read by the members of its office and by who wrote it, whatever else they may
// do.
const (
	PermReadContacts   civic.Permission = "crm.contact.read"
	PermReadOwn        civic.Permission = "crm.contact.read.own"
	PermWriteContacts  civic.Permission = "crm.contact.write"
	PermExportContacts civic.Permission = "crm.contact.export"
	// those of one's own offices; all with PermReadContacts
	PermReadInteractions  civic.Permission = "crm.interaction.read"
	PermWriteInteractions civic.Permission = "crm.interaction.write"
	// those of one's own offices; all with PermReadContacts
	PermCallFigures civic.Permission = "crm.interaction.figures"
	// what each colleague did, too
	PermOperatorFigures civic.Permission = "crm.interaction.figures.operators"
	// bulk loading; for commands only
	PermLoad civic.Permission = "crm.load"
)

// citizen returns the contact by is signed in for, or Unauthenticated for everybody without one.
func citizen(by civic.Actor) (civic.ID, error) {
	if by.Contact == "" {
		return "", civic.NewError(civic.Unauthenticated, "error.unauthenticated")
	}
	return by.Contact, nil
}
