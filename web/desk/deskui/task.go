package deskui

import (
	"fmt"

	"ascolto/internal/civic"
	"ascolto/internal/work"
	"ascolto/notify"
	"ascolto/search"
	"ascolto/surveys"
	"ascolto/web/ui"
)

// RenewEvery is after how many seconds a page that shows what goes on is shown anew.
const RenewEvery = 3

// TaskVersion names what a page shows of a task.
func TaskVersion(t work.Task) string {
	return fmt.Sprintf("%s.%d.%d.%d.%s.%t", t.State, t.Term, t.Done, t.Total, t.Step, t.Stop)
}

// LiveTask returns the part of a page that shows a task; held is whether its reader stopped the refreshing.
func LiveTask(id string, t work.Task, held bool) ui.Live {
	l := ui.Live{ID: id, State: string(t.State), Version: TaskVersion(t), Events: TaskPath(t.ID) + "/events"}
	if !t.Open() {
		return l
	}
	if l.State = "open"; !held { // waiting or running: the page changes in place
		l.Seconds = RenewEvery
	}
	return l
}

// TaskProgress returns how far a task is, for its bar.
func TaskProgress(f ui.Frame, t work.Task) ui.Progress {
	bar := ui.Progress{Label: f.T("work.field.progress"), Percent: t.Percent(), Step: f.T("work.waits")}
	switch {
	case t.Stop:
		bar.Step = f.T("work.step.stopping")
	case t.State == work.Waiting && t.Term > 0:
		bar.Step = f.T("work.goes_on")
	case t.Step != "":
		bar.Step = f.T(t.Step)
	case t.State == work.Running:
		bar.Step = f.T("work.state.running")
	}
	if t.Total > 0 {
		bar.Count = TaskDone(f, t)
	}
	return bar
}

// TaskDone returns how much of a task is done, in words.
func TaskDone(f ui.Frame, t work.Task) string {
	return f.T("work.done_of", civic.Args{"Done": f.L.Int(t.Done), "Total": f.L.Int(t.Total)})
}

// TaskKind returns the text that a task is called by.
func TaskKind(t work.Task) string { return work.KindWord(t.Kind) }

// TaskAgain returns the text that tells how a task that failed is begun again.
func TaskAgain(t work.Task) string {
	switch {
	case t.Input["campaign"] != "" && t.Failures >= notify.MaxFailures:
		return "work.again_campaign"
	case t.OfProgram():
		return "work.again_program"
	}
	return "work.again"
}

// TaskAbout leads to what a task is about; its URL is empty where the task alone tells, and for who may not
// open it.
func TaskAbout(by civic.Actor, t work.Task) ui.Link {
	switch {
	case t.Input["campaign"] != "" && by.Allowed(notify.PermReadCampaigns):
		return ui.Link{Text: "work.about.campaign", URL: CampaignPath(civic.ID(t.Input["campaign"]))}
	case t.Input[surveys.InputSurvey] != "" && by.Allowed(surveys.PermResults):
		return ui.Link{Text: "work.about.survey", URL: SurveyPath(civic.ID(t.Input[surveys.InputSurvey])) +
			"/results"}
	case t.Kind == search.WorkRebuild && by.Allowed(search.PermRebuild):
		return ui.Link{Text: "work.about.index", URL: IndexPath}
	}
	return ui.Link{}
}

func taskColour(s work.State) string {
	switch s {
	case work.Done:
		return "success"
	case work.Failed:
		return "danger"
	case work.Running:
		return "primary"
	}
	return "secondary"
}
