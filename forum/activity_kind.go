package forum

import "ascolto/internal/civic"

// ActivityPost is a post, as it stands on a timeline.
const ActivityPost civic.ActivityKind = "post"
