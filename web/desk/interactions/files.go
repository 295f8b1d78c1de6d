package interactions

import (
	"ascolto/crm"
	"ascolto/internal/blob"
	"ascolto/internal/civic"
	"ascolto/web/page"
	"ascolto/web/ui"
)

func filePath(interaction, file civic.ID) string {
	return interactionPath(interaction) + "/files/" + string(file)
}

// attachInput says where the files of a conversation go.
func (p *Pages) attachInput(r *page.Request) page.AttachInput {
	return page.AttachInput{Files: p.Files, Use: crm.InteractionFiles(), Sender: r.Actor.Account}
}

// attachFiles adds files to an interaction.
func (p *Pages) attachFiles(r *page.Request) error {
	files, err := r.Form().Attachments("files", p.attachInput(r))
	if err != nil {
		return err
	}
	return p.act(
		r,
		"crm.interaction.files_added",
		func(id civic.ID, form *page.Form) (crm.Interaction, error) {
			return p.CRM.AttachFiles(r.Context(), r.Actor, id, string(form.Key()), blob.IDs(files))
		},
		func(view *interactionPage, form ui.Form) { view.Send = form },
	)
}

// file sends a file of an interaction.
func (p *Pages) file(r *page.Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	file, err := r.ID("file")
	if err != nil {
		return err
	}
	f, content, err := p.CRM.OpenFile(r.Context(), r.Actor, id, file)
	if err != nil {
		return err
	}
	return r.File(f, content)
}

// removeFile takes a file off an interaction.
func (p *Pages) removeFile(r *page.Request) error {
	file, err := r.ID("file")
	if err != nil {
		return err
	}
	return p.act(r, "crm.interaction.file_removed", func(id civic.ID, _ *page.Form) (crm.Interaction, error) {
		return p.CRM.RemoveFile(r.Context(), r.Actor, id, file)
	}, func(*interactionPage, ui.Form) {})
}
