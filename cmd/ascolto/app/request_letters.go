package app

import (
	"context"
	"slices"
	"unicode"
	"unicode/utf8"

	"ascolto/crm/requests"
	"ascolto/internal/accounts"
	"ascolto/internal/civic"
	"ascolto/notify"
	"ascolto/notify/message"
	"ascolto/web/locale"
	"ascolto/web/requestview"
)

// requestMail begins the ids of the templates of mails about requests; confirmMail is that of the one which
// asks to confirm what was typed.
const (
	requestMail = "requests.mail."
	confirmMail = requestMail + "confirm"
)

// requestMails returns the templates of what requests write.
func requestMails() []message.Template {
	var (
		number      = message.Field{Name: "Number", Kind: message.FieldText, Meaning: "mail.field.request_number"}
		subject     = message.Field{Name: "Subject", Kind: message.FieldText, Meaning: "mail.field.request_subject"}
		link        = message.Field{Name: "Link", Kind: message.FieldLink, Meaning: "mail.field.request_link"}
		procedure   = message.Field{Name: "Procedure", Kind: message.FieldText, Meaning: "mail.field.procedure"}
		office      = message.Field{Name: "Office", Kind: message.FieldText, Meaning: "mail.field.request_office"}
		responsible = message.Field{Name: "Responsible", Kind: message.FieldText, Meaning: "mail.field.responsible"}
		due         = message.Field{Name: "Due", Kind: message.FieldText, Meaning: "mail.field.request_due"}
		rows        = message.Field{Name: "Rows", Kind: message.FieldText, Meaning: "mail.field.request_rows"}
		words       = message.Field{Name: "Text", Kind: message.FieldText, Meaning: "mail.field.request_text"}
		step        = message.Field{Name: "Step", Kind: message.FieldText, Meaning: "mail.field.request_step"}
		act         = message.Field{Name: "Act", Kind: message.FieldText, Meaning: "mail.field.request_act"}
	)
	more := map[requests.LetterKind][]message.Field{
		requests.LetterReceived:  {rows},
		requests.LetterTaken:     {office, responsible, due},
		requests.LetterAsked:     {words},
		requests.LetterSuspended: {words},
		requests.LetterResumed:   {due},
		requests.LetterForwarded: {office, due},
		requests.LetterNotice:    {words},
		requests.LetterAnswered:  {words, office},
		requests.LetterRefused:   {words, office},
		requests.LetterClosed:    {words},
		requests.LetterMessage:   {words, office},
		requests.LetterRecorded:  {words},
		requests.LetterReterm:    {due, words},
		requests.LetterOffice:    {act, due, office},
		requests.LetterAlert:     {step, due, procedure, office},
		requests.LetterSilence:   {words, due},
	}
	var all []message.Template
	for _, kind := range requests.LetterKinds() {
		fields := append([]message.Field{number, link, townField}, more[kind]...)
		// who reads these is not the person, whose erasure does not reach them
		if kind != requests.LetterOffice && kind != requests.LetterAlert {
			fields = append(fields, subject)
		}
		all = append(all, message.Template{ID: requestMail + string(kind), Fields: fields})
	}
	confirm := message.Field{Name: "Link", Kind: message.FieldLink, Meaning: "mail.field.confirm_link"}
	until := message.Field{Name: "Until", Kind: message.FieldText, Meaning: "mail.field.confirm_until"}
	return append(all, message.Template{ID: confirmMail,
		Fields: []message.Field{procedure, confirm, codeField, until, townField}})
}

// requestLetters writes the mails about requests.
type requestLetters struct{ app *App }

// The pages that mails about requests lead to.
const (
	ownRequestPath  = "/richieste/mie/"
	confirmPath     = "/richieste/conferma/" // with draft and code behind it
	deskRequestPath = "/desk/requests/"
	deskUsersPath   = "/desk/users"
)

// nobodyKey is the text that says the office of a request that has nobody who can be told.
const nobodyKey = requestMail + "nobody"

// QueueLetter implements requests.Outbox: to the applicant in their language, if they can be written to at
// all, or to who deals with the request. Where the office has nobody, which it reports, it writes to those
// who say which office deals with what.
func (l requestLetters) QueueLetter(ctx context.Context, in requests.Letter) (heard bool, err error) {
	var readers []accounts.Account
	switch in.Kind {
	case requests.LetterOffice:
		readers, err = l.readers(ctx, in.Request)
	case requests.LetterAlert:
		readers, err = l.alertedBy(ctx, in)
	default:
		return true, l.toApplicant(ctx, in)
	}
	if err != nil {
		return false, err
	}
	if len(readers) > 0 {
		return true, l.toStaff(ctx, in, readers, "")
	}
	l.app.Log.WarnContext(ctx, "nobody of the office can be told of a request", "office", in.Request.Office,
		"request", in.Request.Number)
	if readers, err = l.app.staffWith(ctx, requests.PermWriteProcedures); err != nil {
		return false, err
	}
	return false, l.toStaff(ctx, in, readers, nobodyKey)
}

// toApplicant writes to the applicant, if they can be written to at all.
func (l requestLetters) toApplicant(ctx context.Context, in requests.Letter) error {
	to, err := l.app.CRM.Recipient(ctx, in.Request.Contact, "", true)
	if err != nil || to.Skip != "" {
		if civic.CodeOf(err) == civic.NotFound { // was erased meanwhile
			err = nil
		}
		return err
	}
	if known, err := l.app.Outbox.Known(ctx, in.ID); err != nil || known {
		return err
	}
	args, err := l.args(ctx, in, to.Language)
	if err != nil {
		return err
	}
	var files []message.Attachment
	if in.Kind == requests.LetterReceived {
		if args["Rows"], files, err = l.receipt(ctx, in, to.Language); err != nil {
			return err
		}
	}
	mail, err := l.compose(in.Kind, to.Language, args)
	if err != nil {
		return err
	}
	return l.app.Outbox.Enqueue(ctx, notify.Message{
		ID: in.ID, To: to.Address, Name: to.Name, Language: to.Language, Class: notify.ClassService,
		Contact: in.Request.Contact, Subject: mail.Subject, Text: mail.Text, Attachments: files,
		ReplyTo: l.app.answersTo(in.Tag), Thread: l.app.threadOf(in.Tag),
	})
}

// QueueConfirmation implements requests.Outbox. The mail says nothing that was typed: who reads it may have
// nothing to do with it.
func (l requestLetters) QueueConfirmation(ctx context.Context, c requests.Confirmation) error {
	t := l.app.Catalogues.In(locale.Lang(c.Language))
	mail, err := l.app.mails.Compose(confirmMail, c.Language, civic.Args{"Code": c.Code,
		"Procedure": c.Procedure.In(c.Language), "Until": t.DateTime(c.Until), "Town": l.app.config.Town.Name,
		"Link": l.app.Origin + confirmPath + string(c.Draft) + "/" + c.Code})
	if err != nil {
		return err
	}
	return l.app.Outbox.Enqueue(ctx, notify.Message{
		ID: notify.SecretCode.NewID(), To: c.To, Language: c.Language, Class: notify.ClassCode,
		Valid: requests.ConfirmTime, Subject: mail.Subject, Text: mail.Text,
	})
}

// compose writes a mail with what its template names of args.
func (l requestLetters) compose(
	kind requests.LetterKind, language string, args civic.Args,
) (message.Composed, error) {
	all := requestMails()
	named := civic.Args{}
	for _, f := range all[slices.Index(requests.LetterKinds(), kind)].Fields {
		named[f.Name] = args[f.Name]
	}
	return l.app.mails.Compose(requestMail+string(kind), language, named)
}

// args returns what every mail about a request may say.
func (l requestLetters) args(ctx context.Context, in requests.Letter, language string) (civic.Args, error) {
	t := l.app.Catalogues.In(locale.Lang(language))
	r := in.Request
	office, err := l.app.Reference.Office(ctx, r.Office)
	if err != nil && civic.CodeOf(err) != civic.NotFound {
		return nil, err
	}
	due := t.T("requests.due.none")
	if day, ok := r.DueDay(); ok {
		due = t.Date(day)
	}
	args := civic.Args{"Number": r.Number, "Subject": r.Subject, "Town": l.app.config.Town.Name,
		"Link": l.app.Origin + ownRequestPath + string(r.ID), "Procedure": r.Name.In(language),
		"Office": office.Name, "Responsible": r.ResponsibleName, "Due": due, "Text": letterText(t, in)}
	if in.Event.Act != "" {
		args["Act"] = lowerFirst(t.T(in.Event.Act.Done()))
		if in.Kind == requests.LetterOffice && in.Event.Act == requests.ActForward {
			from, err := l.app.Reference.Office(ctx, r.OfficeBefore(in.Event.ID))
			if err != nil && civic.CodeOf(err) != civic.NotFound {
				return nil, err
			}
			args["Act"] = t.T("requests.mail.arrived", civic.Args{"From": from.Name})
		}
	}
	if in.Raise.Kind != "" {
		args["Step"] = requestview.StepWords(t, in.Raise.Kind, in.Raise.Value)
	}
	return args, nil
}

// toStaff writes a letter to some of the staff. OfficeKey is the text that says the office, where it is not
// its name alone. The mail's id is made of the letter and the account, so that each gets it once.
func (l requestLetters) toStaff(
	ctx context.Context, in requests.Letter, readers []accounts.Account, officeKey string,
) error {
	args, err := l.args(ctx, in, string(locale.Italian))
	if err != nil {
		return err
	}
	if officeKey != "" {
		args["Office"] = l.app.Catalogues.In(locale.Italian).T(officeKey, civic.Args{"Office": args["Office"]})
	}
	args["Link"] = l.app.Origin + deskRequestPath + string(in.Request.ID)
	if officeKey == nobodyKey { // its readers may not open the request
		args["Link"] = l.app.Origin + deskUsersPath
	}
	mail, err := l.compose(in.Kind, string(locale.Italian), args)
	if err != nil {
		return err
	}
	for _, a := range readers {
		if a.ID == in.Event.By {
			continue // knows what they did
		}
		if err := l.app.Outbox.Enqueue(ctx, notify.Message{
			ID: civic.Key(in.ID, a.ID), To: a.Email, Name: a.Name, Language: string(locale.Italian),
			Class: notify.ClassService, Subject: mail.Subject, Text: mail.Text,
		}); err != nil {
			return err
		}
	}
	return nil
}

// readers returns the person responsible for a request, or who answers for the office while there is none.
func (l requestLetters) readers(ctx context.Context, r requests.Request) ([]accounts.Account, error) {
	if r.Responsible == "" {
		return letters(l).answering(ctx, r.Office, requests.PermWrite)
	}
	a, err := l.app.Accounts.Staff(ctx, civic.System("reminders"), r.Responsible)
	if err == nil && !a.Disabled {
		return []accounts.Account{a}, nil
	}
	if err != nil && civic.CodeOf(err) != civic.NotFound {
		return nil, err
	}
	return letters(l).answering(ctx, r.Office, requests.PermWrite)
}

// alertedBy returns whom a step of an escalation names.
func (l requestLetters) alertedBy(
	ctx context.Context, in requests.Letter,
) (all []accounts.Account, err error) {
	for _, reader := range in.Raise.Tell {
		found, err := l.alerted(ctx, in, reader)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// alerted returns who a reader of a step is. While nobody is named with the substitute power, and when who
// was is not there any more, it is the head of the office.
func (l requestLetters) alerted(
	ctx context.Context, in requests.Letter, reader requests.Reader,
) ([]accounts.Account, error) {
	r := in.Request
	switch {
	case reader == requests.ReaderResponsible:
		return l.readers(ctx, r)
	case reader == requests.ReaderSubstitute && in.Raise.Substitute != "":
		r.Responsible = in.Raise.Substitute
		return l.readers(ctx, r)
	}
	return letters(l).answering(ctx, r.Office, requests.PermWrite)
}

// lowerFirst returns a text that begins with a small letter, as within a sentence.
func lowerFirst(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[size:]
}
