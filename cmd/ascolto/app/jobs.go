package app

import (
	"context"
	"fmt"
	"time"

	"ascolto/internal/civic"
)

// jobs is the timetable: everything that happens without anybody asking for it.
func (a *App) jobs() []job {
	return []job{
		{Name: "mail", Spec: "* * * * * *", Timeout: time.Hour, Run: a.Notify.SendDue},
		{Name: "index", Spec: "*/30 * * * * *", Timeout: time.Hour, Run: a.MaintainIndex},
		// each instance its own index
		{Name: "index-compare", Spec: "0 10 2 * * *", Timeout: 2 * time.Hour, Run: a.CompareIndex},
		{Name: "surveys-close", Spec: "0 * * * * *", Timeout: time.Minute,
			Run: counted(a.Surveys.CloseExpired)},
		{Name: "surveys-timeline", Spec: "10 * * * * *", Timeout: 10 * time.Minute,
			Run: counted(a.Surveys.RecordPending)},
		{Name: "surveys-drafts", Spec: "20 0 * * * *", Timeout: 10 * time.Minute,
			Run: counted(a.Surveys.ExpireDrafts)},
		{Name: "intake", Spec: "15,45 * * * * *", AtStart: true, Timeout: time.Hour, Run: a.TakeMail},
		{Name: "intake-expire", Spec: "30 * * * * *", Daily: &daily{3, 20}, Timeout: 2 * time.Hour,
			Run: counted(a.Intake.Expire)},
		{Name: "register", Spec: "20 * * * * *", AtStart: true, Timeout: time.Hour,
			Run: counted(a.Register.SendDue)},
		{Name: "requests-drafts", Spec: "50 */5 * * * *", Timeout: 10 * time.Minute,
			Run: counted(a.Requests.ExpireDrafts)},
		{Name: "surveys-facts", Spec: "30 * * * * *", Daily: &daily{3, 25}, Timeout: 2 * time.Hour,
			Run: counted(a.Surveys.RepairAnswers)},
		// each instance its own memory
		{Name: "segments", Spec: "25 */5 * * * *", Timeout: 10 * time.Minute, Run: a.Segments.Warm},
		{Name: "forum-decisions", Spec: "40 * * * * *", Timeout: 10 * time.Minute,
			Run: counted(a.Forum.ApplyDecisions)},
		{Name: "accounts-sweep", Spec: "50 */10 * * * *", Timeout: 10 * time.Minute,
			Run: counted(a.Accounts.Sweep)},
		{Name: "accounts-rebind", Spec: "45 * * * * *", AtStart: true, Timeout: time.Minute,
			Run: counted(a.Accounts.Resettle)},
		{Name: "erasures", Spec: "15 */5 * * * *", AtStart: true, Timeout: 10 * time.Minute,
			Run: counted(a.Erasures.Resume)},
		{Name: "store-rebuild", Spec: "30 * * * * *", Daily: &daily{3, 50}, Timeout: 2 * time.Hour,
			Run: a.Erasures.RebuildStore},
		{Name: "work-sweep", Spec: "55 */10 * * * *", Timeout: 10 * time.Minute, Run: counted(a.Work.Sweep)},
		{Name: "effects", Spec: "35 * * * * *", AtStart: true, Timeout: 10 * time.Minute,
			Run: newRepairer(a).run},
		{Name: "requests-clocks", Spec: "5 * * * * *", AtStart: true, Timeout: time.Hour,
			Run: counted(a.Requests.KeepClocks)},
		{Name: "forum-reminders", Spec: "30 * * * * *", Daily: &daily{8, 0}, Timeout: 10 * time.Minute,
			Run: counted(a.Forum.RemindDue)},
		{Name: "files-collect", Spec: "30 * * * * *", Daily: &daily{3, 15}, Timeout: 2 * time.Hour,
			Run: counted(a.Files.Collect)},
		{Name: "audit-expire", Spec: "30 * * * * *", Daily: &daily{3, 30}, Timeout: 2 * time.Hour,
			Run: a.expireAudit},
		{Name: "audit-verify", Spec: "30 * * * * *", Daily: &daily{3, 40}, Timeout: 2 * time.Hour,
			Run: a.verifyAudit},
	}
}

// counted makes a job of a method that returns how many things it did.
func counted(do func(context.Context) (int, error)) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := do(ctx)
		return err
	}
}

// expireAudit removes records of the audit whose time is over.
func (a *App) expireAudit(ctx context.Context) error {
	_, err := a.Audit.Expire(ctx, civic.System("audit-expire"), a.config.AuditMonths)
	return err
}

// verifyAudit looks for records that were altered or removed, and says so in the log.
func (a *App) verifyAudit(ctx context.Context) error {
	report, err := a.Audit.Verify(ctx)
	if err == nil && !report.OK() {
		a.Log.Error("the audit was tampered with", "problems", len(report.Problems), "first",
			fmt.Sprint(report.Problems[0]))
	}
	return err
}
