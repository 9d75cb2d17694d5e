# Legal pages are in French until somebody has read a translation over.
legal-french-counts = Sol lo tèxt francés fa fe.
