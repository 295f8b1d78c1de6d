package transport

import "strings"

// saying is a cause and the words by which servers name it, as plainWords leaves them: English, Italian,
// French, German, Spanish. A space at an end stands for the end of a word.
type saying struct {
	cause string
	words []string
}

// causeInWords returns the cause that a server's words name, "" when they name none we know.
func causeInWords(plain string) string {
	for _, s := range sayings {
		for _, words := range s.words {
			if strings.Contains(plain, words) {
				return s.cause
			}
		}
	}
	return ""
}

// sayings are asked from top to bottom: what is said of us before what is said of the mailbox, because texts
// about a refused sender or server often name an unknown user as well.
var sayings = []saying{
	{CauseBusy, []string{"trying to contact is receiving", "try again later", "riprovare piu tardi",
		"greylist", "graylist"}},
	{CauseIdentity, []string{
		" spf ", " dkim ", " dmarc ", "sender policy framework", "unauthenticated email",
		"unauthenticated mail",
		"email authentication", "authentication checks", "authentication requirements",
	}},
	{CauseRate, []string{
		"too many messages", "too many mails", "too many emails", "too many connections",
		"too many concurrent", "rate limit", "rate exceeded",
		"sending rate", "message rate", "unusual rate", "exceeded the rate", "throttl", "sending limit",
		"sending quota", "too fast",
		"exceeded threshold", "troppi messaggi", "troppe connessioni", "limite di invio", "limite orario",
		"trop de messages",
		"trop de connexions", "demasiados mensajes", "demasiadas conexiones", "zu viele nachrichten",
		"zu viele verbindungen",
	}},
	{CauseBlocked, []string{
		"block list", "blocklist", "blacklist", "black list", "blocked using", "spamhaus", "spamcop", "dnsbl",
		" rbl ", "barracudacentral",
		"reputation", "banned sending ip", "banned sender", "ip has been blocked",
		"ip address has been blocked", "ip is blocked",
		"sending ip", "ip blocked", "ip bloccato", "your ip", "lista nera", "liste noire", "lista negra",
		"schwarze liste",
		"schwarzen liste", "sperrliste", "listed at", "listed in dns", "from your network",
	}},
	{CauseClosed, []string{
		"resolver rst", "posta certificata", "posta non certificata", "posta ordinaria", "caselle pec",
		"messaggi pec", "posta elettronica certificata",
		"only accepts messages from", "only accepts mail from", "accepts mail only from",
		"accepts messages only from", "internal senders",
		"not authorized to send to this", "not allowed to send to this", "mailing list expansion",
		"accetta solo", "accetta messaggi solo",
	}},
	{CauseLogin, []string{
		"authentication required", "authentication is required", "auth required", "authenticate first",
		"must authenticate", "not authenticated",
		"requires authentication", "must issue a starttls", "starttls command first", "pop before smtp",
		"check mail before sending",
		"your account", "autenticazione richiesta", "richiesta autenticazione", "richiesta l autenticazione",
		"autenticazione smtp",
		"necessaria l autenticazione", "authentification requise", "authentification obligatoire",
		"autenticacion requerida", "requiere autenticacion",
		"authentifizierung erforderlich", "anmeldung erforderlich",
	}},
	{CauseRelay, []string{
		"relay not permitted", "relaying not permitted", "relaying denied", "relay access denied",
		"relay denied", "unable to relay",
		"cannot relay", "not allowed to relay", "not permitted to relay", "relay not allowed",
		"relaying not allowed", "relay prohibited",
		"relaying prohibited", "relaying is prohibited", "relay is not", "no relaying", "do not relay",
		"open relay", "relay attempt",
		"tenantattribution", "rcpthosts", "list of allowed", "relay non consentito", "relay non permesso",
		"relay negato",
		"inoltro non consentito", "inoltro non autorizzato", "relais refuse", "relais interdit", "relayage",
		"relay no permitido",
		"reenvio no permitido", "weiterleitung nicht", "relaying nicht", "kein relay",
	}},
	{CauseHost, []string{
		"reverse dns", "reverse hostname", "reverse host name", "reverse lookup", "reverse mapping", " ptr ",
		" rdns ", "helo command", " helo ", " ehlo ",
		"fully qualified hostname", "dns inverso", "client host rejected", "hostname rejected",
	}},
	{CauseSender, []string{
		"sender address", "sender verify", "sender verification", "sender rejected", "sender denied",
		"sender domain", "sender s domain", "invalid sender",
		"bad sender", "sender not", "sender unknown", "unknown sender", "sender is", "domain of sender",
		"envelope sender", "mail from", "return path",
		"callout", "invalid dns mx", "mittente", "expediteur", "remitente", "absender",
	}},
	{CauseUTF8, []string{"smtputf8", "utf8 address", "utf 8 address", "internationalized",
		"internationalised", "non ascii address"}},
	{CauseFull, []string{
		"mailbox full", "mailbox is full", "inbox is full", "mailbox size limit", "over quota", "overquota",
		"quota exceeded", "exceeded its quota",
		"exceeds quota", "exceeds the quota", "exceeded storage", "out of storage", "storage limit",
		"not enough space", "mailbox has exceeded", "disk quota",
		"casella piena", "casella e piena", "casella di posta piena", "casella postale piena",
		"quota superata", "superato la quota",
		"spazio esaurito", "boite pleine", "boite est pleine", "boite aux lettres pleine", "quota depasse",
		"buzon lleno", "buzon esta lleno",
		"cuota excedida", "postfach voll", "postfach ist voll",
	}},
	{CauseSize, []string{
		"message size", "message too large", "message too big", "too large", "too big", "size exceeds",
		"exceeds size", "databytes",
		"maximum size", "messaggio troppo grande", "dimensione massima", "dimensioni massime",
		"message trop volumineux",
		"demasiado grande", "nachricht zu gross", "nachricht ist zu gross",
	}},
	{CauseSpam, []string{
		" spam", "content restriction", "content reject", "message content", "due to content",
		"banned content", "prohibited content", "virus",
		"malware", "phish", "unsolicited", "attachment", "contenuto", "allegato", "contenu du message",
		"contenido", " inhalt",
	}},
	{CausePolicy, []string{
		"administrative prohibition", "administratively", "administrative policy", "policy reason",
		"policy restriction", "policy violation",
		"local policy", "security policy", "access denied", "accesso negato", "politica di sicurezza",
		"regole del server", "acces refuse", "acceso denegado",
		"zugriff verweigert",
	}},
	{CauseDomain, []string{
		"host unknown", "unknown host", "host not found", "domain not found", "domain does not exist",
		"domain doesn t exist", "no such domain",
		"unknown domain", "null mx", "does not accept mail", "doesn t accept mail", "no mx record",
		"invalid domain", "unrouteable mail domain",
		"unrouteable domain", "dominio inesistente", "dominio sconosciuto", "dominio non esiste",
		"domaine inconnu", "domaine n existe",
		"dominio desconocido", "dominio no existe", "unbekannte domain", "domain existiert nicht",
	}},
	{CauseRoute, []string{"mail loop", "too many hops", "loops back", "hop count"}},
	{CauseDisabled, []string{
		"account disabled", "mailbox disabled", "account is disabled", "mailbox is disabled", "user disabled",
		"is disabled", "account inactive",
		"mailbox is inactive", "account is inactive", "user inactive", "deactivated", "no longer active",
		"no longer available", "account closed",
		"mailbox closed", "has been closed", "account expired", "casella disabilitata", "casella sospesa",
		"casella disattivata", "casella chiusa",
		"casella non attiva", "utente disabilitato", "account disattivato", "boite desactivee",
		"compte desactive", "compte ferme",
		"cuenta desactivada", "cuenta deshabilitada", "postfach deaktiviert", "postfach geschlossen",
		"konto deaktiviert",
	}},
	{CauseMailbox, []string{
		"user unknown", "unknown user", "unknown or illegal user", "no such user", "user not found",
		"user doesn t exist", "user does not exist", "no such person",
		"recipient unknown", "unknown recipient", "no such recipient", "recipient not found",
		"recipientnotfound", "recipient does not exist",
		"no mailbox here", "no such mailbox", "mailbox not found", "mailbox does not exist",
		"mailbox doesn t exist", "mailbox unknown",
		"unknown mailbox", "no such address", "address unknown", "unknown address", "address does not exist",
		"address doesn t exist",
		"reach does not exist", "account does not exist", "no account by that name", "unknown local part",
		"unknown local", "bad destination mailbox",
		"not a valid mailbox", "no valid recipient mailbox", "invalid mailbox", "not our customer",
		"utente sconosciuto", "utente inesistente",
		"utente non trovato", "casella inesistente", "casella sconosciuta", "casella non esiste",
		"casella di posta inesistente", "casella non trovata",
		"destinatario sconosciuto", "destinatario inesistente", "destinatario non esiste",
		"destinatario non trovato", "indirizzo inesistente",
		"indirizzo sconosciuto", "utilisateur inconnu", "adresse inconnue", "destinataire inconnu",
		"boite inconnue", "adresse n existe pas",
		"usuario desconocido", "usuario inexistente", "usuario no existe", "buzon inexistente",
		"buzon no existe", "destinatario desconocido",
		"empfanger unbekannt", "empfanger existiert nicht", "benutzer unbekannt", "unbekannter empfanger",
		"unbekannter benutzer",
		"postfach existiert nicht", "adresse existiert nicht",
	}},
	{CauseUnavailable, []string{
		"mailbox unavailable", "mailbox not available", "mailbox is unavailable", "unrouteable address",
		"unroutable address",
		"undeliverable address", "recipient rejected", "recipient address rejected", "invalid recipient",
		"address rejected",
		"casella non disponibile", "destinatario rifiutato", "destinatario non valido", "destinataire refuse",
		"boite indisponible",
		"buzon no disponible", "postfach nicht verfugbar", "empfanger abgelehnt",
	}},
}
