package transport

import (
	"fmt"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"
)

// refusals are answers as servers of many makes give them, and what each is about. Addresses and names are
// invented.
var refusals = []struct {
	from, answer string
	want         string
}{
	// the mailbox
	{"Gmail", "550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking " +
		"the recipient's email address https://support.example/?p=NoSuchUser", CauseMailbox},
	{"Gmail, closed",
		"550 5.2.1 The email account that you tried to reach is inactive. Learn more at " +
			"https://support.example/?p=DisabledUser", CauseDisabled},
	{"Exchange Online",
		"550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient maria.rossi@ditta.example not found by SMTP " +
			"address lookup", CauseMailbox},
	{"Exchange Online, bare", "550 5.1.10 Recipient error", CauseMailbox},
	{"Exchange on premises", "550 5.1.1 RESOLVER.ADR.RecipNotFound; not found", CauseMailbox},
	{"Postfix", "550 5.1.1 <anna@x.example>: Recipient address rejected: User unknown in virtual mailbox table",
		CauseMailbox},
	{"Postfix, relay table",
		"550 5.1.1 <anna@x.example>: Recipient address rejected: User unknown in relay recipient table",
		CauseMailbox},
	{"Sendmail", "550 5.1.1 <anna@x.example>... User unknown", CauseMailbox},
	{"Exim", "550 Unknown user", CauseMailbox},
	{"Exim, local rule", "550 No such recipient here", CauseMailbox},
	{"qmail", "550 sorry, no mailbox here by that name (#5.1.1)", CauseMailbox},
	{"qmail with chkuser", "511 sorry, no mailbox here by that name (#5.1.1 - chkuser)", CauseMailbox},
	{"old code alone", "550 5.1.1 rejected", CauseMailbox},
	{"syntax", "553 5.1.3 bad mailbox syntax", CauseAddress},
	{"moved", "551 5.1.6 Recipient no longer on server", CauseMailbox},
	{"Yahoo", "554 delivery error: dd This user doesn't have a yahoo.example account (x@yahoo.example) [0] - " +
		"mta: no such user", CauseMailbox},
	{"disabled", "550 5.2.1 mailbox disabled", CauseDisabled},
	{"Aruba", "550 5.1.1 <anna@x.example> utente sconosciuto", CauseMailbox},
	{"Libero", "550 casella inesistente", CauseMailbox},
	{"PEC", "550 5.1.1 Casella di posta inesistente", CauseMailbox},
	{"Italian, closed", "550 La casella disattivata su richiesta del titolare", CauseDisabled},
	{"French", "550 5.1.1 Adresse inconnue : utilisateur inconnu", CauseMailbox},
	{"German", "550 Empfänger unbekannt", CauseMailbox},
	{"Spanish", "550 El buzón no existe", CauseMailbox},
	{"after DATA", "550 5.1.1 <anna@x.example> User doesn't exist (in reply to end of DATA)", CauseMailbox},
	// a full mailbox, one that takes nothing
	{"Gmail, full", "552 5.2.2 The recipient's inbox is out of storage space. Please try again later",
		CauseFull},
	{"Gmail, full for now", "452 4.2.2 The recipient's inbox is out of storage space", CauseFull},
	{"Exchange, full",
		"554 5.2.2 mailbox full; " +
			"STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded", CauseFull},
	{"Libero, full", "552 casella piena", CauseFull},
	{"Aruba, full", "552 5.2.2 Quota superata per anna@x.example", CauseFull},
	{"French, full", "552 5.2.2 La boîte aux lettres pleine", CauseFull},
	{"German, full", "552 Postfach voll", CauseFull},
	{"552 alone", "552 no", CauseFull},
	{"says only unavailable", "550 Requested action not taken: mailbox unavailable", CauseUnavailable},
	{"Outlook.com", "550 5.5.0 Requested action not taken: mailbox unavailable", CauseUnavailable},
	{"Exim, unroutable", "550 Unrouteable address", CauseUnavailable},
	{"IronPort", "550 #5.1.0 Address rejected.", CauseUnavailable},
	// the domain, the way
	{"Sendmail, domain",
		"550 5.1.2 <anna@nessuno.example>... Host unknown (Name server: nessuno.example: host not found)",
		CauseDomain},
	{"null MX", "556 5.1.10 Recipient address has null MX: domain does not accept mail", CauseDomain},
	{"Exchange, route", "550 5.4.4 ROUTING.NoRoute", CauseRoute},
	{"loop", "554 5.4.6 Too many hops", CauseRoute},
	// our server may not, is blocked, is not who it says
	{"Exim, relay", "550 relay not permitted", CauseRelay},
	{"Postfix, relay", "554 5.7.1 <anna@x.example>: Relay access denied", CauseRelay},
	{"Sendmail, relay", "550 5.7.1 <anna@x.example>... Relaying denied", CauseRelay},
	{"qmail, relay", "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", CauseRelay},
	{"Exchange, relay", "550 5.7.64 TenantAttribution; Relay Access Denied", CauseRelay},
	{"Exchange on premises, relay", "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
		CauseRelay},
	{"Italian, relay", "550 Inoltro non consentito verso domini esterni", CauseRelay},
	{"block list", "550 5.7.1 Client host [192.0.2.7] blocked using a block list", CauseBlocked},
	{"Postfix, block list",
		"554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.example",
		CauseBlocked},
	{"Outlook.com, block list",
		"550 5.7.1 Unfortunately, messages from [192.0.2.7] weren't sent. Please contact your Internet service " +
			"provider since part of their network is on our block list (S3150).", CauseBlocked},
	{"Exchange, banned", "550 5.7.606 Access denied, banned sending IP [192.0.2.7]", CauseBlocked},
	{"Libero, block list", "550 smtp-17.iol.example IP [192.0.2.7] blacklisted by CSI", CauseBlocked},
	{"Gmail, reputation",
		"550 5.7.1 Our system has detected that this message is likely unsolicited mail: very low reputation of " +
			"the sending domain", CauseBlocked},
	{"German, block list", "554 5.7.1 IP-Adresse 192.0.2.7 steht auf einer schwarzen Liste", CauseBlocked},
	{"Gmail, SPF or DKIM", "550 5.7.26 sender does not pass SPF or DKIM", CauseIdentity},
	{"Gmail, unauthenticated",
		"550 5.7.26 Your email has been blocked because the sender is unauthenticated: DKIM = did not pass",
		CauseIdentity},
	{"Exchange, DMARC",
		"550 5.7.509 Access denied, sending domain comune.example does not pass DMARC verification",
		CauseIdentity},
	{"SPF", "550 5.7.23 The message was rejected because of Sender Policy Framework violation",
		CauseIdentity},
	{"SPF without a code", "550 Message rejected: SPF check failed for comune.example, user unknown",
		CauseIdentity},
	{"reverse DNS", "550 5.7.25 The IP address sending this message does not have a PTR record", CauseHost},
	{"Postfix, HELO", "504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname",
		CauseHost},
	{"wants a sign-in", "530 5.7.0 Authentication required", CauseLogin},
	{"Exchange, sign-in", "530 5.7.57 Client not authenticated to send mail", CauseLogin},
	{"Aruba, sign-in", "550 5.7.1 Autenticazione richiesta", CauseLogin},
	{"wants TLS", "530 5.7.0 Must issue a STARTTLS command first", CauseLogin},
	{"our account", "550 5.7.1 Your account has been disabled", CauseLogin},
	{"sender unknown", "550 5.1.7 sender address does not exist", CauseSender},
	{"Exim, sender", "550 sender verify failed", CauseSender},
	{"Postfix, sender",
		"550 5.1.0 <posta@comune.example>: Sender address rejected: User unknown in local recipient table",
		CauseSender},
	{"Sendmail, sender",
		"553 5.1.8 <posta@comune.example>... Domain of sender address posta@comune.example does not exist",
		CauseSender},
	{"GMX, sender",
		"550 Requested action not taken: mailbox unavailable invalid DNS MX or A/AAAA resource record",
		CauseSender},
	{"Italian, sender", "550 5.1.1 Indirizzo del mittente rifiutato", CauseSender},
	{"French, sender", "550 5.1.1 Expéditeur refusé", CauseSender},
	// our message
	{"content", "550 5.7.1 Message rejected due to content restrictions", CauseSpam},
	{"Gmail, attachment",
		"552 5.7.0 This message was blocked because its content presents a potential security issue: attachment",
		CauseSpam},
	{"Aruba, spam", "550 5.7.1 Messaggio identificato come spam", CauseSpam},
	{"virus", "554 5.7.1 virus found in message", CauseSpam},
	{"form", "550 5.6.0 message not acceptable", CauseForm},
	{"no UTF-8", "553 5.6.7 addresses need SMTPUTF8", CauseUTF8},
	{"size", "552 5.3.4 Message size exceeds fixed limit", CauseSize},
	{"qmail, size", "552 sorry, that message size exceeds my databytes limit (#5.3.4)", CauseSize},
	{"rate", "554 5.7.105 sender rate exceeded", CauseRate},
	{"Gmail, rate", "550 5.7.28 We have detected an unusual rate of unsolicited mail from your IP",
		CauseRate},
	{"Italian, rate", "550 Superato il limite orario di messaggi", CauseRate},
	{"Exim, prohibition", "550 administrative prohibition", CausePolicy},
	{"Exchange, directory", "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)",
		CausePolicy},
	{"policy code alone", "550 5.7.1 no", CausePolicy},
	{"policy code, mailbox words", "550 5.7.1 user unknown or not allowed here", CausePolicy},
	{"bare 550", "550 no", CauseRefused},
	{"a name in the address", "550 no relay-denied@spam.example at https://x.example/user-unknown",
		CauseRefused},
	// mailboxes for some senders
	{"PEC, ordinary mail", "550 5.7.1 La casella accetta solo messaggi di posta certificata", CauseClosed},
	{"PEC, ordinary mail, other words", "554 Posta non certificata rifiutata", CauseClosed},
	{"Exchange, inner list",
		"550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required", CauseClosed},
	// for now
	{"greylisting", "450 4.2.0 <anna@x.example>: Recipient address rejected: Greylisted", CauseBusy},
	{"Gmail, popular",
		"450 4.2.1 The user you are trying to contact is receiving mail at a rate that prevents delivery",
		CauseBusy},
	{"not now", "451 local error in processing", CauseBusy},
}

// TestRefusalsOfServers: what is refused because of us never reads as a dead mailbox, whoever words it.
func TestRefusalsOfServers(t *testing.T) {
	t.Parallel()
	if len(refusals) < 60 {
		t.Fatalf("%d answers are too few", len(refusals))
	}
	for _, r := range refusals {
		got := answered(StageAddress, replied(t, r.answer))
		if got.Cause != r.want {
			t.Errorf("%s: %q reads as %s, want %s", r.from, r.answer, got.Cause, r.want)
		}
		if dead := got.deadAddress(); dead != (got.Result == Refused &&
			(r.want == CauseMailbox || r.want == CauseDisabled || r.want == CauseAddress)) {
			t.Errorf("%s: %q suspends the address: %v", r.from, r.answer, dead)
		}
		if r.want == CauseRate && (got.Result != Later || !got.Server) {
			t.Errorf("%s: %q is %v and slows nothing down", r.from, r.answer, got)
		}
		if strings.Contains(got.Answer, "@") {
			t.Errorf("%s: an address is kept: %s", r.from, got.Answer)
		}
	}
}

// replied returns an answer as the SMTP library gives it.
func replied(t *testing.T, answer string) error {
	t.Helper()
	e := &smtp.SMTPError{EnhancedCode: smtp.EnhancedCodeNotSet}
	code, text, ok := strings.Cut(answer, " ")
	if _, err := fmt.Sscan(code, &e.Code); err != nil || !ok {
		t.Fatalf("%q is no answer", answer)
	}
	var a, b, c int
	if n, _ := fmt.Sscanf(text, "%d.%d.%d ", &a, &b, &c); n == 3 {
		e.EnhancedCode = smtp.EnhancedCode{a, b, c}
		_, text, _ = strings.Cut(text, " ")
	}
	e.Message = text
	return e
}
