put(opened)
return 1
