package ui

// Progress is how far something is that takes a while.
type Progress struct {
	Label   string
	Percent int    // of a hundred
	Count   string // "3.000 di 12.000"; empty when the whole is not known
	Step    string // what is being done
}

// RenewWords are what Renewing says.
type RenewWords struct{ On, Stop, Off, Resume string }

// Live is a part of a page that changes by itself.
type Live struct {
	ID, Class string
	Seconds   int    // between two looks where events cannot be had; 0: it changes no more
	State     string // when another comes back, the page is shown anew as a whole
	Version   string // names what is shown
	Events    string // the path of its event stream
}
