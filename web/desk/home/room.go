package home

import (
	"ascolto/crm/requests"
	"ascolto/internal/accounts"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/web/page"
)

// roomWarning is from how many hundredths on the start page says that files have little room left.
const roomWarning = 80

// fewRooms says of which files there is little room left, and what to do, to those who look after the
// program.
func (p *Pages) fewRooms(r *page.Request) (warnings []string, err error) {
	if !r.Actor.Allowed(accounts.PermManage) {
		return nil, nil
	}
	warn := func(key string, room blob.Room, title string) {
		if room.Percent() >= roomWarning {
			warnings = append(warnings, r.T("desk.home.room_"+key, civic.Args{"Percent": room.Percent(),
				"Max": r.L.Int(int(room.Max >> 20)), "Title": title}))
		}
	}
	drafts, _, err := p.Files.Rooms(r.Context(), p.Requests.DraftPool())
	if err != nil {
		return nil, err
	}
	warn("requests", drafts, "")
	pools, err := p.Surveys.FilePools(r.Context())
	if err != nil {
		return nil, err
	}
	for _, pool := range pools {
		drafts, all, err := p.Files.Rooms(r.Context(), pool.Pool)
		if err != nil {
			return nil, err
		}
		title := pool.Title.In(string(r.Lang))
		warn("drafts", drafts, title)
		warn("sent", all, title)
	}
	return warnings, nil
}

// registerFaults says what keeps documents from the municipality's register, to those who look after
// procedures.
func (p *Pages) registerFaults(r *page.Request) (faults []string, err error) {
	if !r.Actor.Allowed(requests.PermWriteProcedures) || !p.Register.Connected() {
		return nil, nil
	}
	st, err := p.Register.Status(r.Context(), r.Actor)
	if err != nil {
		return nil, err
	}
	if st.Waiting > 0 && st.Fault != "" {
		faults = append(faults,
			r.T("register.waits", civic.Args{"Count": st.Waiting, "Since": st.Since})+" "+r.T(st.Fault.Word()))
	}
	if st.Refused > 0 {
		faults = append(faults, r.T("register.refused_count", civic.Args{"Count": st.Refused}))
	}
	return faults, nil
}
