package web_test

import (
	"os"
	"slices"
	"strings"
	"testing"

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
	"ascolto/web"
	"ascolto/web/webtest"
)

// inTheGuide are the rows of the guide's table of roles and the permissions that each speaks of.
var inTheGuide = map[string][]civic.Permission{
	"Vedere i contatti": {crm.PermReadContacts, crm.PermReadOwn},
	"Creare e modificare contatti, registrare consensi":       {crm.PermWriteContacts},
	"Scaricare l'elenco dei contatti":                         {crm.PermExportContacts},
	"Elaborazioni di tutti: vederle e annullarle":             {work.PermAll},
	"Indice di ricerca: vederne lo stato e farlo ricostruire": {search.PermRebuild},
	"Registrare e vedere i colloqui": {
		crm.PermReadInteractions, crm.PermWriteInteractions},
	"Richieste: vederle, presentarle per qualcuno, seguirle":          {requests.PermRead, requests.PermWrite},
	"Tempi delle richieste, oltre il termine, registro degli accessi": {requests.PermFigures},
	"Procedimenti: che cosa si può chiedere, e con quali termini":     {requests.PermWriteProcedures},
	"Orari e chiusure degli uffici":                                   {hours.PermWrite},
	"Collegare un accesso a un altro contatto":                        {accounts.PermRebind},
	"Numeri dei colloqui: per canale, argomento, ufficio":             {crm.PermCallFigures},
	"Numeri dei colloqui: per persona che ha registrato":              {crm.PermOperatorFigures},
	"Segmenti": {segment.PermRead, segment.PermWrite},
	"Vedere l'elenco e l'anteprima dei questionari":                   {surveys.PermRead},
	"Scrivere, pubblicare e chiudere questionari":                     {surveys.PermWrite, surveys.PermPublish},
	"Leggere i risultati in numeri":                                   {surveys.PermResults},
	"Leggere i testi liberi, scaricare risposte e risultati":          {surveys.PermTexts, surveys.PermExport},
	"Risposte ufficiali nel forum":                                    {forum.PermAnswer},
	"Assegnare una discussione a un ufficio":                          {forum.PermAssign},
	"Note interne sulle discussioni":                                  {forum.PermNote},
	"Moderare: nascondere, ripristinare, chiudere, spostare":          {forum.PermModerate},
	"Vedere chi ha scritto con uno pseudonimo, con un motivo scritto": {forum.PermIdentify},
	"Sezioni del forum":                                               {forum.PermAreas},
	"Invii: scrivere, programmare, sospendere, annullare": {notify.PermReadCampaigns,
		notify.PermWriteCampaigns, notify.PermSendCampaigns},
	"Vedere la posta in uscita e quella conservata": {notify.PermReadMail},
	"Sospendere e riattivare tutta la posta":        {notify.PermHoldMail},
	"Quartieri, uffici, argomenti, etichette":       {reference.PermWrite},
	"Testi del sito e logo":                         {sitepage.PermWrite},
	"Registro delle operazioni":                     {audit.PermRead},
	"Dati comunicati dal gestore di identità":       {accounts.PermEvidence},
	"Cancellare i dati di una persona":              {civic.PermErase},
	"Personale: vedere l'elenco":                    {accounts.PermRead},
	"Personale: aggiungere, ruoli, disattivare":     {accounts.PermManage},
}

// wider are permissions that make another one reach further, and have no row of their own.
var wider = []civic.Permission{surveys.PermAll}

// TestTheGuideSaysWhoMayDoWhat: the guide's table of roles says "–" where a role lacks a permission, and
// something else where it has it; no permission of a role is missing from it.
func TestTheGuideSaysWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/guida/README.md")
	if err != nil {
		t.Fatal(err)
	}
	columns := []civic.Role{civic.Operator, civic.OfficeMember, civic.OfficeHead, civic.Communication,
		civic.Moderator, civic.DataProtection, civic.Administrator}
	grants, told := web.Grants(), map[civic.Permission]bool{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		permissions := inTheGuide[strings.TrimSpace(cells[0])]
		if permissions == nil || len(cells) != len(columns)+1 {
			continue
		}
		for i, role := range columns {
			has := slices.ContainsFunc(permissions, func(p civic.Permission) bool {
				return slices.Contains(grants[role], p)
			})
			if says := strings.TrimSpace(cells[i+1]) != "–"; says != has {
				t.Errorf("%s, %s: the guide says %v", strings.TrimSpace(cells[0]), role, says)
			}
		}
		for _, p := range permissions {
			told[p] = true
		}
	}
	for _, role := range columns {
		for _, p := range grants[role] {
			if !told[p] && !slices.Contains(wider, p) {
				t.Errorf("the guide's table does not say who may do %s", p)
			}
		}
	}
}

// TestWhoMayNotLookForPeopleIsToldSo: an administrator reads the audit, but is not told that nobody is found
// when it is the role that finds nobody.
func TestWhoMayNotLookForPeopleIsToldSo(t *testing.T) {
	t.Parallel()
	town := webtest.Open(t)
	for name, tt := range map[string]struct {
		who civic.Actor
		may bool
	}{"administrator": {town.Administrator, false}, "officer": {town.Officer, true}} {
		page := town.As(t, tt.who).Get("/desk/audit?person=Nessuno+Davvero")
		if page.Status != 200 || page.Has("Nessuna persona corrisponde") != tt.may ||
			page.Has("Le persone si cercano solo") == tt.may {
			t.Errorf("%s: %d %.500s", name, page.Status, page.Text())
		}
	}
}
