package main

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
)

// gate passes the messages of its clients on to a server, and lets none through before the one ahead of it
// has its answer.
type gate struct {
	to  string
	one sync.Mutex
}

// serve takes clients until l is closed.
func (g *gate) serve(l net.Listener) {
	for {
		client, err := l.Accept()
		if err != nil {
			return
		}
		go g.pass(client)
	}
}

func (g *gate) pass(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", g.to)
	if err != nil {
		return
	}
	defer server.Close()
	for {
		question, err := readMessage(client)
		if err != nil {
			return
		}
		answer, err := g.ask(server, question)
		if err != nil {
			return
		}
		if _, err := client.Write(answer); err != nil {
			return
		}
	}
}

// ask returns the server's answer. Drivers ask for no answer only with a write concern of 0, which a store
// never has.
func (g *gate) ask(server net.Conn, question []byte) ([]byte, error) {
	g.one.Lock()
	defer g.one.Unlock()
	if _, err := server.Write(question); err != nil {
		return nil, err
	}
	return readMessage(server)
}

// maxMessage is the largest message of the protocol, in bytes.
const maxMessage = 48_000_000

// readMessage returns one message of the MongoDB wire protocol: its length, itself included, in four bytes
// with the lowest first, and the rest.
func readMessage(from io.Reader) ([]byte, error) {
	var length [4]byte
	if _, err := io.ReadFull(from, length[:]); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint32(length[:])
	if n < 16 || n > maxMessage {
		return nil, errors.New("a message of no possible length")
	}
	message := make([]byte, n)
	copy(message, length[:])
	_, err := io.ReadFull(from, message[4:])
	return message, err
}
