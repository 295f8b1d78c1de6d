package docstore

import (
	"context"
	"errors"
)

func openMongo(context.Context, Options) (engine, error) {
	return nil, errors.New("docstore: a MongoDB server is not yet supported")
}
