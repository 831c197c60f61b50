// Pack writes a folder as a .tar.gz or a .zip whose bytes depend on the names and
// contents of the files and on nothing else: not on the folder's place, the
// clock, the user, the umask or the version of tar and zip.
//
//	pack ARCHIVE FOLDER UNIX_TIME
package main

import (
	"archive/tar"
	"archive/zip"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "pack: %s\n", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 3 {
		return errors.New("want ARCHIVE FOLDER UNIX_TIME")
	}
	seconds, err := strconv.ParseInt(args[2], 10, 64)
	if err != nil {
		return fmt.Errorf("the time of the files: %w", err)
	}
	write := writeTar
	switch {
	case strings.HasSuffix(args[0], ".zip"):
		write = writeZip
	case !strings.HasSuffix(args[0], ".tar.gz"):
		return fmt.Errorf("%s ends neither in .tar.gz nor in .zip", args[0])
	}
	out, err := os.Create(args[0])
	if err != nil {
		return err
	}
	return errors.Join(write(out, args[1], time.Unix(seconds, 0).UTC()), out.Close())
}

// entry is a file or folder as it stands in the archive.
type entry struct {
	name    string // begins with the folder's own; a folder's ends in a slash
	mode    fs.FileMode
	content []byte
}

// walk calls add for the folder and all that it holds, in the order of names.
func walk(folder string, add func(entry) error) error {
	files := os.DirFS(folder)
	return fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		e := entry{name: path.Join(filepath.Base(folder), name), mode: 0o644}
		if d.IsDir() {
			return add(entry{name: e.name + "/", mode: fs.ModeDir | 0o755})
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() {
			return fmt.Errorf("%s is neither a file nor a folder", e.name)
		}
		if info.Mode()&0o100 != 0 {
			e.mode = 0o755
		}
		if e.content, err = fs.ReadFile(files, name); err != nil {
			return err
		}
		return add(e)
	})
}

func writeTar(w io.Writer, folder string, modified time.Time) error {
	compressed, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	archive := tar.NewWriter(compressed)
	err = walk(folder, func(e entry) error {
		header := tar.Header{
			Typeflag: tar.TypeReg, Name: e.name, Size: int64(len(e.content)), Mode: int64(e.mode.Perm()),
			ModTime: modified, Uname: "root", Gname: "root",
		}
		if e.mode.IsDir() {
			header.Typeflag = tar.TypeDir
		}
		if err := archive.WriteHeader(&header); err != nil {
			return err
		}
		_, err := archive.Write(e.content)
		return err
	})
	return errors.Join(err, archive.Close(), compressed.Close())
}

func writeZip(w io.Writer, folder string, modified time.Time) error {
	archive := zip.NewWriter(w)
	archive.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression)
	})
	err := walk(folder, func(e entry) error {
		header := zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: modified}
		header.SetMode(e.mode)
		file, err := archive.CreateHeader(&header)
		if err != nil {
			return err
		}
		_, err = file.Write(e.content)
		return err
	})
	return errors.Join(err, archive.Close())
}
