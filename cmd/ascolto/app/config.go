package app

import (
	"log/slog"
	"net/netip"
	"net/url"

	"ascolto/crm/requests/register"
	"ascolto/internal/blob"
	"ascolto/internal/reach"
	"ascolto/notify/inbound"
	"ascolto/notify/transport"
	"ascolto/web/ui"
)

// What a data folder holds.
const (
	StoreFile   = "ascolto.db"
	SecretFile  = "secret.key"
	MailFolder  = "mail"
	FilesFolder = "files"
	SpoolFolder = "incoming" // what is being sent; in no backup
)

// Config is every setting that the services need, checked.
type Config struct {
	Data   string            // a folder
	DB     string            // address of a MongoDB; empty: one file in the data folder
	Files  *blob.S3Options   // nil: in the data folder
	Secret []byte            // nil: kept in the data folder
	SMTP   *transport.Server // nil: mail is kept as files
	From   reach.Mailbox
	// the mailbox whose mail becomes requests, and the address that citizens write to; nil: there is none
	IMAP    *inbound.Server
	Inbound string
	// what speaks to the register of documents; nil: there is none
	Protocol register.Adapter
	Origin   *url.URL // as it is set; Options.Origin is where the site really is
	Rate     int      // campaign mails a minute; 0: no bound
	// of campaigns at once; 0: as many as usual. No setting: only the past mail of the demo wants more
	Senders int
	Proxies []netip.Prefix
	OIDC    OIDC
	Town    ui.Municipality
	Log     slog.Level

	Requests    int // per second of one address
	Connections int // at the same time, in all
	PerAddress  int // connections of one address
	Known       []netip.Prefix
	AuditMonths int
	// MiB of files of unsent responses to one anonymous questionnaire, and of all requests that are not
	// confirmed; 0: as many as usual
	DraftFiles int
	SentFiles  int // MiB of files of all responses, sent or not, to one such questionnaire; 0: as many as usual
	MailDays   int // for how many days mail that came in is kept; 0: as many as usual
	DraftDays  int // for how many days a request that a citizen began is kept; 0: as many as usual

	BackedUp bool // whoever upgrades the store has a backup; no setting, a flag of `ascolto upgrade`
}

// OIDC is how the identity provider of citizens is reached; without an issuer there is none.
type OIDC struct {
	Issuer, Client, Secret string
	ACR                    []string
	Claims                 map[string][]string
}
