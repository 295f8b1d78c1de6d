package blob

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"ascolto/internal/civic"
)

// S3Options say where a service keeps files that speaks the protocol of Amazon S3: MinIO, Garage, Ceph, a
// provider.
type S3Options struct {
	Endpoint    string // host, or host and port
	Bucket      string // which exists already
	Prefix      string // of all names; empty or ends in "/"
	Region      string
	Key, Secret string
	Plain       bool // without TLS: within one machine or one private network
}

// errS3 is what is wrong with an address that is none.
var errS3 = errors.New(
	"must be s3://KEY:SECRET@host/bucket, where it applies with /folder and ?region=…&tls=none")

// ParseS3 reads s3://KEY:SECRET@host[:port]/bucket[/folder][?region=…&tls=none]. Its error does not repeat
// the secret.
func ParseS3(s string) (S3Options, error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "s3" || u.Host == "" || u.User == nil || u.Fragment != "" {
		return S3Options{}, errS3
	}
	o := S3Options{Endpoint: u.Host, Key: u.User.Username(), Region: "us-east-1"}
	o.Secret, _ = u.User.Password()
	bucket, folder, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	if o.Bucket = bucket; folder != "" {
		o.Prefix = folder + "/"
	}
	if o.Key == "" || o.Secret == "" || o.Bucket == "" {
		return S3Options{}, errS3
	}
	for name, values := range u.Query() {
		switch {
		case name == "region" && values[0] != "":
			o.Region = values[0]
		case name == "tls" && values[0] == "none":
			o.Plain = true
		default:
			return S3Options{}, errS3
		}
	}
	return o, nil
}

// S3 keeps files with a service that speaks the protocol of Amazon S3.
type S3 struct {
	client         *minio.Client
	bucket, prefix string
}

// The patience with a service that does not answer.
const (
	s3Retries = 3
	s3Headers = 10 * time.Second // until an answer begins
)

// OpenS3 returns the keeper of a bucket; it asks the service nothing.
func OpenS3(o S3Options) (*S3, error) {
	way, err := minio.DefaultTransport(!o.Plain)
	if err != nil {
		return nil, err
	}
	way.ResponseHeaderTimeout = s3Headers
	client, err := minio.New(o.Endpoint, &minio.Options{
		Creds: credentials.NewStaticV4(o.Key, o.Secret, ""), Secure: !o.Plain, Region: o.Region,
		Transport:  way,
		MaxRetries: s3Retries,
	})
	if err != nil {
		return nil, err
	}
	return &S3{client, o.Bucket, o.Prefix}, nil
}

// Check returns an Unavailable error when the service does not answer or has no such bucket.
func (s *S3) Check(ctx context.Context) error {
	there, err := s.client.BucketExists(ctx, s.bucket)
	if err == nil && !there {
		err = errors.New("blob: there is no bucket " + s.bucket)
	}
	if err != nil {
		return civic.Wrap(civic.Unavailable, "error.unavailable", err)
	}
	return nil
}

// Keep implements Keeper: the service shows an object when all of it came.
func (s *S3) Keep(ctx context.Context, name string, from io.Reader, size int64) error {
	_, err := s.client.PutObject(ctx, s.bucket, s.prefix+name, from, size, minio.PutObjectOptions{
		ContentType: "application/octet-stream", DisableMultipart: true,
	})
	return s3Fault(err)
}

// Fetch implements Keeper. What is read comes from the service as it is read, from where the reader is.
func (s *S3) Fetch(ctx context.Context, name string) (io.ReadSeekCloser, error) {
	if !IsName(name) {
		return nil, civic.NewError(civic.NotFound, "error.not_found")
	}
	object, err := s.client.GetObject(ctx, s.bucket, s.prefix+name, minio.GetObjectOptions{})
	if err != nil {
		return nil, s3Fault(err)
	}
	if _, err := object.Stat(); err != nil {
		return nil, s3Fault(errors.Join(err, object.Close()))
	}
	return object, nil
}

// Remove implements Keeper.
func (s *S3) Remove(ctx context.Context, name string) error {
	err := s3Fault(s.client.RemoveObject(ctx, s.bucket, s.prefix+name, minio.RemoveObjectOptions{}))
	if civic.CodeOf(err) == civic.NotFound {
		return nil
	}
	return err
}

// s3Fault returns what the program makes of an error of the service.
func s3Fault(err error) error {
	if err == nil {
		return nil
	}
	answer, _ := errors.AsType[minio.ErrorResponse](err)
	if answer.StatusCode == http.StatusNotFound && answer.Code != minio.NoSuchBucket {
		return civic.Wrap(civic.NotFound, "error.not_found", err)
	}
	return civic.Wrap(civic.Unavailable, "error.unavailable", err)
}
