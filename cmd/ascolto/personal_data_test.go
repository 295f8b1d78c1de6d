package main

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ascolto/crm"
	"ascolto/internal/civic"
)

// personalData says for each collection that holds the id of a contact or of an account, or an address, how
// the person gets it: the section of the copy of all their data, or, in words, why none.
var personalData = map[string]string{
	"contacts":         "section contact",
	"timeline":         "section timeline",
	"requests":         "section requests",
	"request_drafts":   "section requests_begun", // of visitors for two days, of whom nobody is known yet
	"inbound_mails":    "section mails_received",
	"interactions":     "section timeline", // which says that there was one; notes are the office's own
	"survey_responses": "section answers",
	"survey_sheets":    "section answers_begun",
	"forum_posts":      "section posts",
	"forum_threads":    "section posts", // whose first post has the title
	"forum_decisions":  "section posts", // which say what was hidden, and why
	"forum_reports":    "section reports",
	"forum_members":    "section forum_member",
	"forum_names":      "section forum_member", // that a pseudonym is taken, and by whom
	"deliveries":       "section mails",
	"mail_addresses":   "section mail_addresses",
	"accounts":         "section account",
	"account_sessions": "section sessions",
	"audit":            "section records",
	"files":            "section files",

	"account_codes":      "a keyed digest of the address, for minutes",
	"account_attempts":   "keyed digests of addresses and networks, for an hour",
	"account_resets":     staffOnly,
	"account_tokens":     staffOnly,
	"account_reset_asks": staffOnly,
	"inbound_settings":   "what mails ask for, and which office sorts them",
	"forum_notes":        staffOnly, // of moderators among themselves
	// who deals with reports of a post, whose author reads what came of it in section posts
	"forum_cases":      staffOnly,
	"forum_areas":      staffOnly,
	"surveys":          staffOnly,
	"survey_versions":  staffOnly,
	"segments":         staffOnly, // a rule: it names nobody, and who fits is computed
	"campaigns":        staffOnly, // who is written to stands in deliveries
	"mail_settings":    staffOnly,
	"site_pages":       staffOnly,
	"site_logos":       staffOnly,
	"topics":           staffOnly,
	"tags":             staffOnly,
	"districts":        staffOnly,
	"work_tasks":       staffOnly,
	"erasures":         staffOnly, // and, until one is done, of which accounts the person had
	"work_parts":       "copies of section contact for three days, which who asked for them may take",
	"request_claims":   staffOnly, // who is writing an answer
	"request_steps":    staffOnly, // who has the substitute power
	"procedures":       staffOnly,
	"register_entries": "which documents went into the register, whose numbers are in section requests",
	"request_groups":   staffOnly,
	"request_unheard":  "that nobody of its office was told of a request",
	"office_hours":     staffOnly,
	"offices":          staffOnly, // and the office's own address and number
}

// staffOnly is why a collection is in no citizen's copy: it names only colleagues, who did something in their
// work.
const staffOnly = "who of the staff did it"

// things are the fields with an id, or of a name like a person's, of what is no person.
var things = []string{
	"area", "campaign", "chain", "decision", "district", "document", "entry", "holder", "id", "nonce",
	"object", "office", "offices", "post",
	"questionnaire", "ref", "segment", "sheet", "source", "state", "tags", "thread", "topic",
}

// byID are the collections whose documents have the id of an account, or hold data about people as bytes.
var byID = []string{"forum_members", "work_parts"}

// TestPersonalDataIsExported: whoever adds a collection that says something of a person, or such a field to
// one that did not, says here how the person gets it.
func TestPersonalDataIsExported(t *testing.T) {
	a := opened(t, map[string]string{"ASCOLTO_DATA": t.TempDir()})
	defer a.mustClose(t)
	sections := a.exportedSections(t)
	forms := a.DB.Forms()
	for name, form := range forms {
		fields := slices.Compact(slices.Sorted(slices.Values(personalFields(form, "", nil))))
		said, ok := personalData[name]
		section, exported := strings.CutPrefix(said, "section ")
		switch {
		case len(fields) > 0 && !ok:
			t.Errorf("%s holds %s: say how the person gets it", name, strings.Join(fields, ", "))
		case len(fields) == 0 && ok && !slices.Contains(byID, name):
			t.Errorf("%s holds nothing about a person: nothing is to be said of it", name)
		case exported && !slices.Contains(sections, section):
			t.Errorf("%s: no part exports a section %q, of %v", name, section, sections)
		}
	}
	for name := range personalData {
		if forms[name] == nil {
			t.Errorf("there is no collection %s", name)
		}
	}
}

// exportedSections lists what the copy of all data has for somebody.
func (a instance) exportedSections(t *testing.T) []string {
	t.Helper()
	c, err := a.CRM.CreateContact(t.Context(), civic.System("test"), crm.ContactInput{
		FormKey: "contact-00000000001", Kind: crm.Person, GivenName: "Anna", FamilyName: "Dall'Olio",
		Language: civic.Italian,
	})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, part := range a.Personal {
		found, err := part.ExportPersonal(t.Context(), civic.System("test"), civic.Subject{Contact: c.ID},
			"it")
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range found {
			names = append(names, s.Name)
		}
	}
	return names
}

// personLike matches the name of a text that may be an address, or what is known of a person.
var personLike = regexp.MustCompile(
	`(?i)mail|address|login|phone|contact|account|person|citizen|recipient|author|familyname|givenname|^to$|^by$`)

// personalFields lists the fields of a stored form that can hold the id of a person, or an address: every id
// but those of things, and every text that is called like one.
func personalFields(form reflect.Type, name string, within []reflect.Type) []string {
	switch form.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return personalFields(form.Elem(), name, within)
	case reflect.Map:
		return append(personalFields(form.Key(), name, within), personalFields(form.Elem(), name, within)...)
	case reflect.String:
		id := form == reflect.TypeFor[civic.ID]()
		if id && !slices.Contains(things, name) || !id && personLike.MatchString(name) {
			return []string{name}
		}
	case reflect.Struct:
		if slices.Contains(within, form) || form.PkgPath() == "time" {
			return nil
		}
		var found []string
		for i := range form.NumField() {
			field := form.Field(i)
			tag, options, _ := strings.Cut(field.Tag.Get("bson"), ",")
			switch {
			case tag == "-" || tag == "_id":
				continue
			case options == "inline":
				tag = name
			case tag == "":
				tag = strings.ToLower(field.Name)
			}
			found = append(found, personalFields(field.Type, tag, append(within, form))...)
		}
		return found
	}
	return nil
}
