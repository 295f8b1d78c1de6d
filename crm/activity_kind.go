package crm

import "ascolto/internal/civic"

// ActivityInteraction is a conversation, as it stands on a timeline.
const ActivityInteraction civic.ActivityKind = "interaction"
