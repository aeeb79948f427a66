printf sss > sec.txt
