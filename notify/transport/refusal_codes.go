package transport

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
		return CauseLogin
	case code == 521, code == 556: // RFC 7504: the host or the domain takes no mail
		return CauseDomain
	case strings.HasPrefix(s, "4.") && code/100 == 5:
		return CauseRoute
	case strings.HasPrefix(s, "6."):
		return CauseForm
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
	"1.1": CauseMailbox, "1.2": CauseDomain, "1.3": CauseAddress, "1.4": CauseUnavailable,
	"1.6": CauseMailbox, "1.10": CauseMailbox,
	"1.7": CauseSender, "1.8": CauseSender,
	"2.1": CauseDisabled, "2.2": CauseFull, "2.3": CauseSize, "2.4": CauseUnavailable,
	"3.3": CauseForm, "3.4": CauseSize,
	"6.7": CauseUTF8, "6.8": CauseUTF8, "6.9": CauseUTF8, "6.10": CauseUTF8,
	"7.2": CauseClosed, "7.3": CauseLogin, "7.4": CauseLogin, "7.8": CauseLogin, "7.9": CauseLogin,
	"7.11": CauseLogin,
	"7.12": CauseLogin, "7.13": CauseLogin, "7.14": CauseLogin, "7.30": CauseLogin, "7.57": CauseLogin,
	"7.20": CauseIdentity, "7.21": CauseIdentity, "7.22": CauseIdentity, "7.23": CauseIdentity,
	"7.24": CauseIdentity,
	"7.26": CauseIdentity, "7.29": CauseIdentity, "7.509": CauseIdentity, "7.515": CauseIdentity,
	"7.25": CauseHost, "7.27": CauseSender, "7.750": CauseSender, "7.64": CauseRelay, "7.512": CauseForm,
	"7.28": CauseRate, "7.105": CauseRate, "7.703": CauseRate, "7.705": CauseRate,
	"7.501": CauseBlocked, "7.502": CauseBlocked, "7.503": CauseBlocked, "7.511": CauseBlocked,
	"7.708": CauseBlocked,
	"7.124": CauseClosed, "7.129": CauseClosed, "7.133": CauseClosed, "7.134": CauseClosed,
	"7.135": CauseClosed, "7.136": CauseClosed,
}

// causeOfPolicy returns the cause of a code 7.n that has no line of its own; 7.606 to 7.649 are one
// provider's for blocked servers.
func causeOfPolicy(subject string) string {
	if n, err := strconv.Atoi(subject[2:]); err == nil && n >= 606 && n <= 649 {
		return CauseBlocked
	}
	return CausePolicy
}

// subject returns an enhanced code without its class: "1.1" of "5.1.1".
func subject(enhanced string) string {
	if len(enhanced) > 2 && enhanced[1] == '.' {
		return enhanced[2:]
	}
	return ""
}
