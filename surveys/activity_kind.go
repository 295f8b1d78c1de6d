package surveys

import "ascolto/internal/civic"

// ActivityResponse is an answer to a survey, as it stands on a timeline.
const ActivityResponse civic.ActivityKind = "response"
