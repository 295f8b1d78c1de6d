package notify

import "ascolto/internal/civic"

// ActivityMail is a mail, as it stands on a timeline.
const ActivityMail civic.ActivityKind = "mail"
