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
