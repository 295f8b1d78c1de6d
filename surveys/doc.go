// Package surveys asks citizens: questionnaires with their frozen versions, drafts and responses, and results
// as counts.
//
// A response is one document, stored once and never changed. Anonymous responses hold no person, no address
// and no time finer than the day. Everything else (counts, timeline entries, search documents) is derived
// from it and can be made again.
//
// Of addresses the package knows the permalink of a published questionnaire, which stands in the index, and
// none of the desk.
package surveys
