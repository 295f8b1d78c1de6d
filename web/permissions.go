package web

import (
	"ascolto/crm"
	"ascolto/crm/hours"
	"ascolto/crm/requests"
	"ascolto/crm/segment"
	"ascolto/forum"
	"ascolto/internal/accounts"
	"ascolto/internal/audit"
	"ascolto/internal/civic"
	"ascolto/internal/reference"
	"ascolto/internal/sitepage"
	"ascolto/internal/work"
	"ascolto/notify"
	"ascolto/search"
	"ascolto/surveys"
)

// Grants returns what each role may do. It is data: a service asks its actor, never the role.
func Grants() civic.Grants {
	return civic.Grants{
		civic.Citizen: {forum.PermPost},
		civic.Operator: {
			crm.PermReadContacts, crm.PermWriteContacts, crm.PermReadInteractions, crm.PermWriteInteractions,
			requests.PermRead, requests.PermWrite, requests.PermFigures,
			surveys.PermRead, surveys.PermResults, forum.PermAnswer, forum.PermNote, forum.PermAssign,
			accounts.PermRebind, // who stands before them they know
		},
		civic.OfficeMember: {
			crm.PermReadOwn, crm.PermReadInteractions, crm.PermWriteInteractions,
			requests.PermRead, requests.PermWrite,
			surveys.PermRead, surveys.PermResults, forum.PermAnswer, forum.PermNote,
		},
		civic.OfficeHead: {
			crm.PermReadOwn, crm.PermReadInteractions, crm.PermWriteInteractions, crm.PermCallFigures,
			crm.PermOperatorFigures, requests.PermRead, requests.PermWrite, requests.PermFigures,
			surveys.PermRead, surveys.PermWrite, surveys.PermPublish, surveys.PermResults, surveys.PermTexts,
			surveys.PermExport,
			forum.PermAnswer, forum.PermNote,
		},
		civic.Communication: {
			crm.PermReadContacts, crm.PermWriteContacts, crm.PermExportContacts, segment.PermRead,
			segment.PermWrite,
			reference.PermWrite, crm.PermCallFigures, requests.PermFigures, sitepage.PermWrite,
			surveys.PermRead, surveys.PermWrite, surveys.PermPublish, surveys.PermResults, surveys.PermTexts,
			surveys.PermExport, surveys.PermAll,
			forum.PermNote, forum.PermAreas,
			notify.PermReadCampaigns, notify.PermWriteCampaigns, notify.PermSendCampaigns,
			notify.PermReadMail,
		},
		civic.Moderator: {forum.PermModerate, forum.PermNote, forum.PermAssign, forum.PermAreas,
			forum.PermIdentify},
		civic.DataProtection: {
			audit.PermRead, accounts.PermEvidence, accounts.PermRead,
			crm.PermReadContacts, // to find whose records are asked about
			civic.PermErase,
		},
		civic.Administrator: {
			accounts.PermManage, accounts.PermRead, audit.PermRead, reference.PermWrite, sitepage.PermWrite,
			forum.PermAreas, requests.PermWriteProcedures, hours.PermWrite,
			notify.PermReadMail, notify.PermHoldMail, work.PermAll, search.PermRebuild,
		},
	}
}

// TokenScopes returns what somebody can allow a program, of what they may do themselves: the permissions that
// the addresses for programs ask for.
func TokenScopes() []civic.Permission {
	return []civic.Permission{crm.PermReadContacts, crm.PermReadOwn, crm.PermWriteContacts}
}
