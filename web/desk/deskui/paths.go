package deskui

import (
	"strconv"

	"ascolto/internal/civic"
)

// The pages that several subjects lead to.
const (
	CampaignsPath = "/desk/campaigns"
	MailPath      = "/desk/mail"
	SegmentsPath  = "/desk/segments"
	SurveysPath   = "/desk/surveys"
	TokensPath    = "/desk/account/tokens"
	WorkPath      = "/desk/work"
)

// ContactPath returns where a contact is shown, empty for none.
func ContactPath(id civic.ID) string {
	if id == "" {
		return ""
	}
	return "/desk/contacts/" + string(id)
}

// CampaignPath returns the address of a campaign's page, or of one below it.
func CampaignPath(id civic.ID, below ...string) string {
	path := CampaignsPath + "/" + string(id)
	for _, part := range below {
		path += "/" + part
	}
	return path
}

// SurveyPath returns where a survey is shown to staff.
func SurveyPath(id civic.ID) string { return SurveysPath + "/" + string(id) }

// ThreadPath returns where a discussion of the forum is shown to staff.
func ThreadPath(thread civic.ID) string { return "/desk/forum/" + string(thread) }

// CasePath returns where a moderator decides of a post.
func CasePath(thread civic.ID, number int64) string {
	return "/desk/moderation/" + string(thread) + "/" + strconv.FormatInt(number, 10)
}

// IndexPath is where it is shown how the search index stands.
const IndexPath = "/desk/search-index"

// TaskPath returns where it is shown how far a piece of long work is.
func TaskPath(id civic.ID) string { return WorkPath + "/" + string(id) }
