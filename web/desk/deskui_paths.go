package desk

import (
	"strconv"

	"ascolto/internal/civic"
)

// contactPath returns where a contact is shown, empty for none.
func contactPath(id civic.ID) string {
	if id == "" {
		return ""
	}
	return "/desk/contacts/" + string(id)
}

// segmentsPath is the page of the list of segments.
const segmentsPath = "/desk/segments"

const campaignsPath = "/desk/campaigns"

// campaignPath returns the address of a campaign's page, or of one below it.
func campaignPath(id civic.ID, below ...string) string {
	path := campaignsPath + "/" + string(id)
	for _, part := range below {
		path += "/" + part
	}
	return path
}

const mailPath = "/desk/mail"

const surveysPath = "/desk/surveys"

func surveyPath(id civic.ID) string { return surveysPath + "/" + string(id) }

func deskPath(thread civic.ID) string { return "/desk/forum/" + string(thread) }

func casePath(thread civic.ID, number int64) string {
	return "/desk/moderation/" + string(thread) + "/" + strconv.FormatInt(number, 10)
}

const workPath = "/desk/work"

func taskPath(id civic.ID) string { return workPath + "/" + string(id) }
