package surveys

import (
	"crypto/sha256"
	"encoding/base64"
	"time"

	"ascolto/internal/civic"
	"ascolto/internal/docstore"
)

// Response is what one respondent sent. It is stored once and never changed, apart from Pending. An anonymous
// one holds no contact and no time but the day, and its id is random: neither tells who sent it or when.
type Response struct {
	docstore.Meta `bson:",inline"`
	Questionnaire civic.ID `bson:"questionnaire"`
	Version       int      `bson:"version"`
	Day           string   `bson:"day"` // Europe/Rome
	Language      string   `bson:"language"`
	Answers       Answers  `bson:"answers"`
	Texts         []string `bson:"texts,omitempty"` // the codes of questions answered with a text or files
	// only when participation is Known; so are the fields below
	Contact civic.ID  `bson:"contact,omitempty"`
	At      time.Time `bson:"at,omitempty"`
	Draft   civic.ID  `bson:"sheet,omitempty"`   // the draft it was made of, to know a repeated sending
	Pending bool      `bson:"pending,omitempty"` // not yet on the timeline
}

// newResponse returns the response that a draft makes with its final answers.
func newResponse(
	q Questionnaire, draft DraftResponse, id civic.ID, answers Answers, language string, now time.Time,
) Response {
	r := Response{Meta: docstore.Meta{ID: id}, Questionnaire: q.ID, Version: draft.Version, Day: day(now),
		Language: language, Answers: answers, Texts: textCodes(answers)}
	if q.Participation == Known {
		r.ID, r.Contact, r.At, r.Draft, r.Pending = civic.Key(q.ID, draft.Contact), draft.Contact, now,
			draft.ID, true
	}
	return r
}

func textCodes(answers Answers) []string {
	var codes []string
	for _, a := range answers {
		if a.Text != "" || len(a.Files) > 0 {
			codes = append(codes, a.Question)
		}
	}
	return codes
}

// activity returns the timeline entry of a known response. contents holds what version i+1 asks, as far as
// the response's.
func (r Response) activity(contents []Content) civic.Activity {
	content := contents[r.Version-1]
	a := civic.Activity{ID: civic.Key("response", r.ID), Contact: r.Contact, Kind: ActivityResponse,
		Ref: r.ID, At: r.At,
		Title: content.Title.In(civic.Italian), Channel: "web"}
	for _, answer := range r.Answers {
		if q, ok := content.Question(answer.Question); ok && q.Coded() {
			key := wordingKey(contents, q.Code, r.Version)
			for _, value := range q.kind().values(answer) {
				a.Answers = append(a.Answers, civic.Answer{Source: r.Questionnaire, Key: key, Value: value})
			}
		}
	}
	return a
}

// DraftResponse is a response being filled in. Its id is a digest of the token that only the respondent's
// browser keeps, and says nothing about the id of the response that will be made of it.
type DraftResponse struct {
	docstore.Meta `bson:",inline"`
	Questionnaire civic.ID  `bson:"questionnaire"`
	Version       int       `bson:"version"`
	Contact       civic.ID  `bson:"contact,omitempty"` // only when participation is Known
	Answers       Answers   `bson:"answers,omitempty"`
	StartedAt     time.Time `bson:"startedAt"`
	ExpiresAt     time.Time `bson:"expiresAt"`
	FiledAt       time.Time `bson:"filedAt,omitempty"` // when it was last saved, of one with files
	// the day (Europe/Rome) on which it was first sent, of one with files: its response may be stored
	SentOn string `bson:"sentOn,omitempty"`
}

// DraftLife is how long a draft is kept after it was last saved, closing time permitting.
const DraftLife = 14 * 24 * time.Hour

// expiry returns when a draft saved at now is thrown away.
func expiry(q Questionnaire, now time.Time) time.Time {
	if t := now.Add(DraftLife); t.Before(q.GraceEnds()) {
		return t
	}
	return q.GraceEnds()
}

func draftID(questionnaire civic.ID, token string) civic.ID {
	return tokenID("sheet", questionnaire, token)
}

func responseID(questionnaire civic.ID, token string) civic.ID {
	return tokenID("response", questionnaire, token)
}

// tokenID derives an id from a token of more than 128 random bits; without the token, ids of two purposes
// cannot be joined.
func tokenID(purpose string, questionnaire civic.ID, token string) civic.ID {
	sum := sha256.Sum256([]byte(purpose + "\x00" + string(questionnaire) + "\x00" + token))
	return civic.ID(base64.RawURLEncoding.EncodeToString(sum[:]))
}
