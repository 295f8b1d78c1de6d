package reference

// CheckConsentText is checkConsentText for the tests.
var CheckConsentText = checkConsentText
