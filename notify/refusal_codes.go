package notify

import (
	"strconv"
	"strings"
)

// causeOfCode returns the cause that an SMTP reply code and an enhanced code name, "" when they name none.
func causeOfCode(code int, enhanced string) string {
	s := subject(enhanced)
	if cause, known := causesByEnhanced[s]; known {
		return cause
	}
	switch {
	case code == 530, code == 534, code == 535, code == 538:
		return causeLogin
	case code == 521, code == 556: // RFC 7504: the host or the domain takes no mail
		return causeDomain
	case strings.HasPrefix(s, "4.") && code/100 == 5:
		return causeRoute
	case strings.HasPrefix(s, "6."):
		return causeForm
	case strings.HasPrefix(s, "7.") && code/100 == 5:
		return causeOfPolicy(s)
	}
	return ""
}

// causesByEnhanced knows codes of RFC 3463 and of the register it founded
// (iana.org/assignments/smtp-enhanced-status-codes, as of 2026), and some that one large provider gives on
// top (learn.microsoft.com, "Email nondelivery reports", as of 2026), without their class. 1.10 is in the
// register for a domain that takes no mail, but that provider, who gives it most, means the mailbox; the
// words tell the first case.
var causesByEnhanced = map[string]string{
	"1.1": causeMailbox, "1.2": causeDomain, "1.3": causeAddress, "1.4": causeUnavailable,
	"1.6": causeMailbox, "1.10": causeMailbox,
	"1.7": causeSender, "1.8": causeSender,
	"2.1": causeDisabled, "2.2": causeFull, "2.3": causeSize, "2.4": causeUnavailable,
	"3.3": causeForm, "3.4": causeSize,
	"6.7": causeUTF8, "6.8": causeUTF8, "6.9": causeUTF8, "6.10": causeUTF8,
	"7.2": causeClosed, "7.3": causeLogin, "7.4": causeLogin, "7.8": causeLogin, "7.9": causeLogin,
	"7.11": causeLogin,
	"7.12": causeLogin, "7.13": causeLogin, "7.14": causeLogin, "7.30": causeLogin, "7.57": causeLogin,
	"7.20": causeIdentity, "7.21": causeIdentity, "7.22": causeIdentity, "7.23": causeIdentity,
	"7.24": causeIdentity,
	"7.26": causeIdentity, "7.29": causeIdentity, "7.509": causeIdentity, "7.515": causeIdentity,
	"7.25": causeHost, "7.27": causeSender, "7.750": causeSender, "7.64": causeRelay, "7.512": causeForm,
	"7.28": causeRate, "7.105": causeRate, "7.703": causeRate, "7.705": causeRate,
	"7.501": causeBlocked, "7.502": causeBlocked, "7.503": causeBlocked, "7.511": causeBlocked,
	"7.708": causeBlocked,
	"7.124": causeClosed, "7.129": causeClosed, "7.133": causeClosed, "7.134": causeClosed,
	"7.135": causeClosed, "7.136": causeClosed,
}

// causeOfPolicy returns the cause of a code 7.n that has no line of its own; 7.606 to 7.649 are one
// provider's for blocked servers.
func causeOfPolicy(subject string) string {
	if n, err := strconv.Atoi(subject[2:]); err == nil && n >= 606 && n <= 649 {
		return causeBlocked
	}
	return causePolicy
}

// subject returns an enhanced code without its class: "1.1" of "5.1.1".
func subject(enhanced string) string {
	if len(enhanced) > 2 && enhanced[1] == '.' {
		return enhanced[2:]
	}
	return ""
}
