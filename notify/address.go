package notify

import (
	"net/mail"

	"ascolto/internal/reach"
)

// mailboxHeader returns m as it stands in From, To or Reply-To.
func mailboxHeader(m reach.Mailbox) string {
	if m.Name == "" {
		return m.Address
	}
	if name := encodeText(m.Name); name != m.Name {
		return name + " <" + m.Address + ">"
	}
	return (&mail.Address{Name: m.Name, Address: m.Address}).String()
}

// MaskedAddress returns the address of d with all but the first letter before its @ hidden.
func (d *Delivery) MaskedAddress() string { return reach.Mask(d.Address) }
