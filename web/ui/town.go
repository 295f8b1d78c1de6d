package ui

// Municipality is what pages tell about the town that runs this installation. Everything but Name may be
// empty; a link without a target is replaced by the page of Ascolto that answers the same question.
type Municipality struct {
	Name      string // "Comune di Modena"
	City      string // "Modena", for "Vivere Modena"
	Region    string // "Regione Emilia-Romagna"
	RegionURL string
	Site      string // the municipality's own site, to which the first-level menu leads
	// first-level menu; when empty it is made from Site in the order the design model prescribes
	Menu          []Link
	Address       string
	VAT           string // fiscal code or VAT number of the municipality
	Phone         string
	Email         string // the public relations office (URP)
	PEC           string
	DPO           string // e-mail address of the data protection officer
	FAQ           string
	Report        string // where inefficiencies are reported
	Assistance    string
	Booking       string
	Accessibility string // the declaration on form.agid.gov.it
	// where faults of the site's security are told: mailto: or https:; the public relations office's address
	// when empty
	Security string
	Sample   bool // of the description that comes with the program: nobody has described the town yet
}

// Link is a text that leads somewhere; Element is the hook by which the evaluators of municipal sites find
// it, if it has one.
type Link struct {
	Text    string
	URL     string
	Element string
}

// NavItem is an entry of a navigation: its text is the catalogue key Key.
type NavItem struct {
	Path string
	Key  string
	Icon string // of the sprite, "it-user"
	Keys string // that lead there at the desk, "g c"; may be empty
}

// User is who is signed in, as the header shows them.
type User struct {
	Name  string
	Staff bool
}

func (u User) home() string {
	if u.Staff {
		return "/desk"
	}
	return "/area-personale"
}
