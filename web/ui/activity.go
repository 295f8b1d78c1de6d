package ui

import (
	"ascolto/internal/civic"
	"ascolto/web/locale"
)

// activityIcons are the icons of what stands on timelines.
var activityIcons = map[civic.ActivityKind]string{
	"interaction": "it-comment", "response": "it-pencil", "post": "it-comment", "mail": "it-mail",
	"request": "it-file", "request_end": "it-check-circle",
}

// ActivityEvent returns the event of an entry of a timeline, with its icon and its kind in words.
func ActivityEvent(l *locale.Localizer, kind civic.ActivityKind) Event {
	return Event{Icon: activityIcons[kind], Kind: l.T("crm.timeline." + string(kind))}
}
