package docstore

// engine is what each storage engine fulfils; Collection adds types and revisions on top.
type engine interface{}
