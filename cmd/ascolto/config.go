package main

import (
	"errors"

	"ascolto/cmd/ascolto/app"
	"ascolto/internal/audit"
)

// setting describes one environment variable: what `ascolto help` prints and the README's table shows.
type setting struct {
	name, fallback, meaning string
	secret                  bool // its value is not for other eyes
}

// settings lists every variable the program reads; a test compares it with the README.
func settings() []setting {
	return []setting{
		{"ASCOLTO_LISTEN", "127.0.0.1:8080", "address and port to listen on", false},
		{"ASCOLTO_DATA", "data",
			"folder of the embedded store, the search index, files, kept mail and the secret", false},
		{"ASCOLTO_ORIGIN", "http:// and the listening address",
			"the address citizens see, as in links of mails: https://ascolto.comune.example.it", false},
		{"ASCOLTO_DB", "",
			"mongodb://… to keep documents in MongoDB; empty: one SQLite file in the data folder", true},
		{"ASCOLTO_FILES", "",
			"s3://KEY:SECRET@host/bucket to keep files with an S3 service; empty: in the data folder", true},
		{"ASCOLTO_SECRET", "",
			"base64 of at least 32 random bytes; empty: made once and kept in the data folder", true},
		{"ASCOLTO_SMTP", "",
			"smtp://user:password@host:port?tls=starttls (or implicit, none); empty: mail is kept as files and " +
				"shown at the desk", true},
		{"ASCOLTO_MAIL_FROM", "Ascolto <ascolto@localhost>", "sender of all mail", false},
		{"ASCOLTO_MAIL_RATE", "600", "campaign mails per minute", false},
		{"ASCOLTO_IMAP", "",
			"imap://user:password@host:port/INBOX?tls=implicit (or starttls, none)&done=Ascolto&plus=yes (or no): " +
				"the mailbox whose mail becomes requests; empty: none", true},
		{"ASCOLTO_IMAP_ADDRESS", "the address of ASCOLTO_MAIL_FROM",
			"the address of that mailbox, to which citizens write and answer", false},
		{"ASCOLTO_MAIL_DAYS", "90",
			"for how many days a mail that came in is kept, as it came, after it was dealt with", false},
		{"ASCOLTO_PROTOCOL", "",
			"https://… where the municipality's register of documents (protocollo) takes entries, by the contract " +
				"in docs/protocollo.md; empty: nothing is registered", false},
		{"ASCOLTO_PROTOCOL_TOKEN", "", "the token that register knows this program by", true},
		{"ASCOLTO_PROXIES", "", "addresses or networks of reverse proxies to trust, separated by commas",
			false},
		{"ASCOLTO_REQUESTS", "30",
			"requests per second of one address in the long run, ten times as many at once; files of pages do not " +
				"count", false},
		{"ASCOLTO_CONNECTIONS", "4096", "connections at the same time, in all", false},
		{"ASCOLTO_ADDRESS_CONNECTIONS", "256",
			"connections of one address at the same time; behind a trusted proxy: requests under way", false},
		{"ASCOLTO_KNOWN_NETWORKS", "",
			"addresses or networks of schools and offices, separated by commas, which the limits of one address do " +
				"not bound", false},
		{"ASCOLTO_DRAFT_FILES", "4096",
			"MiB that the files of responses not sent yet may take, for each anonymous questionnaire, and those of " +
				"requests not confirmed yet, together", false},
		{"ASCOLTO_SENT_FILES", "16384",
			"MiB that the files of responses, sent or not, may take together, for each anonymous questionnaire",
			false},
		{"ASCOLTO_DRAFT_DAYS", "30",
			"for how many days a request that a citizen began and did not file is kept after it was last saved",
			false},
		{"ASCOLTO_OIDC_ISSUER", "",
			"issuer URL of the OpenID Connect provider (a SPID/CIE gateway) for citizens; empty: codes by e-mail only",
			false},
		{"ASCOLTO_OIDC_CLIENT", "", "client id at the provider", false},
		{"ASCOLTO_OIDC_SECRET", "", "client secret at the provider", true},
		{"ASCOLTO_OIDC_ACR", "",
			"levels of assurance accepted, separated by commas; empty: SPID 2 and 3; any: do not ask", false},
		{"ASCOLTO_OIDC_CLAIMS", "",
			"claim names where they differ: fiscal_code=…,given_name=…,family_name=…,email=…", false},
		{"ASCOLTO_MUNICIPALITY", "",
			"JSON file that describes the municipality (docs/gestione.md shows one); empty: a sample", false},
		{"ASCOLTO_AUDIT_MONTHS", "24",
			"how long the audit is kept; at least 24 months, as the rules of SPID and CIE ask", false},
		{"ASCOLTO_LOG", "info", "least level of log lines: debug, info, warn, error", false},
	}
}

// config is every setting, checked.
type config struct {
	app.Config
	Listen string
	getenv func(string) string // what it was read from
}

// loadConfig reads the settings and returns them, or one error that names every wrong one on a line of its
// own.
func loadConfig(getenv func(string) string) (config, error) {
	r := reader{getenv: getenv, fallback: map[string]string{}}
	for _, s := range settings() {
		r.fallback[s.name] = s.fallback
	}
	c := config{getenv: getenv, Listen: r.listen("ASCOLTO_LISTEN")}
	c.Config = app.Config{
		Data:    r.folder("ASCOLTO_DATA"),
		DB:      r.db("ASCOLTO_DB"),
		Files:   r.files("ASCOLTO_FILES"),
		Secret:  r.secret("ASCOLTO_SECRET"),
		SMTP:    r.smtp("ASCOLTO_SMTP"),
		From:    r.address("ASCOLTO_MAIL_FROM"),
		IMAP:    r.imap("ASCOLTO_IMAP"),
		Rate:    r.number("ASCOLTO_MAIL_RATE", 1, 1_000_000),
		Proxies: r.networks("ASCOLTO_PROXIES"),
		Log:     r.level("ASCOLTO_LOG"),

		Requests:    r.number("ASCOLTO_REQUESTS", 1, 100_000),
		Connections: r.number("ASCOLTO_CONNECTIONS", 16, 100_000),
		PerAddress:  r.number("ASCOLTO_ADDRESS_CONNECTIONS", 1, 100_000),
		Known:       r.networks("ASCOLTO_KNOWN_NETWORKS"),
		DraftFiles:  r.number("ASCOLTO_DRAFT_FILES", 1, 100_000_000),
		SentFiles:   r.number("ASCOLTO_SENT_FILES", 1, 100_000_000),
		DraftDays:   r.number("ASCOLTO_DRAFT_DAYS", 1, 365),
		MailDays:    r.number("ASCOLTO_MAIL_DAYS", 1, 3650),
		AuditMonths: r.number("ASCOLTO_AUDIT_MONTHS", audit.MinimumRetention().Months, 1200),
	}
	c.Protocol = r.protocol("ASCOLTO_PROTOCOL", "ASCOLTO_PROTOCOL_TOKEN")
	c.Inbound = r.inbound("ASCOLTO_IMAP_ADDRESS", c.From)
	c.Origin = r.origin("ASCOLTO_ORIGIN", c.Listen)
	c.OIDC = r.oidc()
	c.Town = r.municipality("ASCOLTO_MUNICIPALITY")
	if c.Town.Email == "" {
		c.Town.Email = c.From.Address
	}
	return c, errors.Join(r.wrong...)
}
