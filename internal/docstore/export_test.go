package docstore

import "ascolto/internal/civic"

// IDOf returns a document's id.
func IDOf[T any](doc *T) civic.ID { return metaOf(doc).ID }
