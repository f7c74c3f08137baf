#!/bin/sh
# Puts the tables and figures of a run into a LaTeX document, at one and two columns, and leaves a
# picture of each of its pages to look at:
#   tests/latex.sh RUN FOLDER [NAME=DATA...]
# RUN was reduced by clvae, FOLDER is for the document, NAME=DATA are what clvae evaluate takes.
# Needs clvae on the PATH (or CLVAE_PROGRAM), and Debian's texlive-latex-base,
# texlive-latex-recommended, texlive-fonts-recommended and poppler-utils. tests/run.sh does not run it.
set -eu
[ $# -ge 2 ] || { sed -n '2,7s/^# //p' "$0" >&2; exit 2; }
here=$(cd "$(dirname "$0")/latex" && pwd)
program=${CLVAE_PROGRAM:-clvae}
run=$(cd "$1" && pwd)
mkdir -p "$2"
cd "$2"

"$program" plot "$run" --width 3.3in --output one_column
"$program" plot "$run" --width 7in --output two_columns
if [ $# -gt 2 ]; then # sets from elsewhere, with a panel each
  shift 2
  "$program" evaluate "$run" "$@" --width 3.3in --output one_column/panels
  "$program" evaluate "$run" "$@" --width 7in --output two_columns/panels
fi
rm -f run
ln -s "$run" run
cp "$here/paper.tex" .
for _ in 1 2; do
  pdflatex -interaction=nonstopmode -halt-on-error paper.tex >paper.out || { tail -40 paper.out; exit 1; }
done
# Words that stick out of their column would be missed by eye.
if grep -A3 Overfull paper.log; then exit 1; fi
rm -f page-*.png
pdftoppm -r 110 -png paper.pdf page
ls "$PWD"/page-*.png
