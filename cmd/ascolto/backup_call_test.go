package main

import (
	"bytes"
	"io"
	"path/filepath"
	"testing"

	"ascolto/crm"
	"ascolto/internal/blob"
)

// TestBackupHoldsWhatWasAttachedToACall: the file of a conversation is read, after a restore into another
// folder, by who may read the conversation, byte for byte.
func TestBackupHoldsWhatWasAttachedToACall(t *testing.T) {
	t.Parallel()
	settings, c := here(t), &creator{}
	c.open(t, settings)
	content := bytes.Repeat([]byte("Via Garibaldi è buia.\n"), 5000)
	call, file := c.callWithFile(t, content)
	c.mustClose(t)
	backup := filepath.Join(t.TempDir(), "copy")
	if out, err := inside(t, settings, "backup", backup); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	fresh := moved(t, settings)
	if out, err := inside(t, fresh, "restore", backup); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	c.open(t, fresh)
	defer c.mustClose(t)
	f, r, err := c.CRM.OpenFile(t.Context(), c.staff, call.ID, file.File)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(got, content) || f.Name != file.Name || f.SHA256 != file.SHA256 {
		t.Errorf("%d bytes of %s come back, sent were %d as %s; %v", len(got), f.Name, len(content), file.Name,
			err)
	}
	if _, err := c.Files.Collect(t.Context()); err != nil {
		t.Error(err)
	}
	if f, err := c.Files.Get(t.Context(), file.File); err != nil || len(f.Claims) != 1 {
		t.Errorf("it is claimed by %v, %v", f.Claims, err)
	}
}

// callWithFile notes a conversation with a text attached.
func (c *creator) callWithFile(t *testing.T, content []byte) (call crm.Interaction, file blob.Attachment) {
	t.Helper()
	ids, err := c.sendFile(t.Context(), string(content))
	if err != nil {
		t.Fatal(err)
	}
	call, err = c.CRM.RecordInteraction(t.Context(), c.staff, crm.InteractionInput{
		FormKey: "callwithfile00000002", Channel: crm.ByPhone, Direction: crm.Inbound, Office: "urp",
		Subject: "Lampione spento", Outcome: crm.Answered, Files: ids,
	})
	if err != nil || len(call.Attachments) != 1 {
		t.Fatalf("%+v, %v", call, err)
	}
	return call, call.Attachments[0]
}
