package transport

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os"

	"github.com/emersion/go-smtp"
)

// serverFault is an attempt that ended before this recipient came into play: the server, the network or our
// own standing with it is at fault, so the mail waits and so do the others.
func serverFault(stage Stage, err error) *Outcome {
	out := answered(stage, err)
	out.Result, out.Server = Later, true
	return &out
}

// answered is what err means for an attempt whose message is not out yet.
func answered(stage Stage, err error) Outcome {
	out := Outcome{Result: Later, Stage: stage, Err: err}
	var reply *smtp.SMTPError
	if !errors.As(err, &reply) {
		out.Cause, out.Server = brokenCause(stage, err), true
		return out
	}
	out.Code, out.Enhanced = reply.Code, enhanced(reply)
	out.Cause, out.Answer = explain(stage, out.Code, out.Enhanced, reply.Message), answerOf(reply.Message)
	out.Server = reply.Code == 421 || reply.Code == 454 || stage == StageSender || out.Cause == CauseRate
	if reply.Code/100 == 5 && !out.Server {
		out.Result = Refused
	}
	return out
}

// ended is what err means once the end of the message was being written.
func ended(err error) Outcome {
	var (
		reply *smtp.SMTPError
		op    *net.OpError
	)
	if errors.As(err, &reply) {
		return answered(StageAnswer, err)
	}
	if errors.As(err, &op) && op.Op == "write" {
		return answered(StageContent, err) // the end never left whole, so the server cannot have accepted
	}
	return Outcome{Result: Uncertain, Stage: StageAnswer, Cause: CauseLost, Server: true, Err: err}
}

// timedOut is the cause of an attempt in which the server was too slow.
func timedOut(out Outcome) string {
	if out.Code != 0 || out.Stage == StageTLS || out.Result != Later {
		return out.Cause
	}
	return CauseTimeout
}

func brokenCause(stage Stage, err error) string {
	var netErr net.Error
	switch {
	case stage == StageTLS:
		return CauseTLS
	case stage == StageAuth:
		return CauseAuth
	case errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &netErr) && netErr.Timeout():
		return CauseTimeout
	case stage == StageConnect:
		return CauseConnect
	default:
		return CauseBroken
	}
}

func enhanced(e *smtp.SMTPError) string {
	if e.EnhancedCode[0] <= 0 {
		return enhancedIn(e.Message)
	}
	return fmt.Sprintf("%d.%d.%d", e.EnhancedCode[0], e.EnhancedCode[1], e.EnhancedCode[2])
}

// helloStage tells a handshake that failed from a server that went away: with STARTTLS the handshake happens
// at the first command after it.
func helloStage(err error) Stage {
	var (
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		alert       tls.AlertError
	)
	if errors.As(err, &certificate) || errors.As(err, &record) || errors.As(err, &alert) {
		return StageTLS
	}
	return StageConnect
}

// startTLSStage tells a server without STARTTLS from one that cannot be talked to at all.
func startTLSStage(err error) Stage {
	var (
		reply   *smtp.SMTPError
		garbled textproto.ProtocolError
		op      *net.OpError
	)
	switch {
	case errors.As(err, &reply) && reply.Code == 454:
		return StageTLS
	case errors.As(err, &reply), errors.As(err, &garbled), errors.As(err, &op), errors.Is(err, io.EOF),
		errors.Is(err, io.ErrUnexpectedEOF):
		return StageConnect
	default:
		return StageTLS
	}
}
